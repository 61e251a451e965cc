export type ReviewText = readonly [rating: 1 | 2 | 3 | 4 | 5, title: string, text: string]

/** What customers say, by slug of the product. Who says it is drawn from those who bought it (`../reviews.ts`). */
export type ReviewTexts = Readonly<Record<string, readonly ReviewText[]>>
