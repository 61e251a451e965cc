import type { ReviewTexts } from './review-seed.ts'

export const tea: ReviewTexts = {
  'breakfast-on-deck': [
    [5, 'Stands up to milk', 'Strong, malty and red as a brick. The first tea in years that does not drown in milk.'],
    [5, 'Kettle on, day on', 'The children know not to speak to me before this has brewed for four minutes.'],
    [4, 'Honest breakfast tea', 'No perfume, no fuss. I would love a refill bag without the box.'],
  ],
  'smoked-larch': [
    [5, 'Campfire in a cup', 'My wife makes me drink it on the balcony. I drink it on the balcony very happily.'],
    [
      1,
      'Not for us',
      'The whole kitchen smelled like a ham for two days. I did read the warning, I just did not believe it.',
    ],
    [4, 'Marinade of the year', 'Have not drunk much of it, to be honest, but the salmon was the best I ever made.'],
  ],
  'second-flush': [
    [
      5,
      'A proper Darjeeling',
      'Grapes and honey, and a second infusion almost as good as the first. Worth every cent.',
    ],
    [4, 'For quiet Sundays', 'Too precious for weekdays at this price, which makes Sundays better.'],
  ],
  'captains-grey': [
    [5, 'Real bergamot', 'You can tell that no perfume factory was involved. Superb over ice with a slice of orange.'],
    [4, 'Gentle and fragrant', 'Less punchy than the supermarket kind, and much nicer for it.'],
  ],
  'morning-steam': [
    [5, 'So green', 'Smells like cut grass and tastes like broth in the best way. Mind the temperature.'],
    [4, 'Good sencha, clear advice', 'The seventy-degree note on the label saved me from years of bitter tea.'],
    [3, 'A bit of dust', 'Very good flavour, but there was quite some powder at the bottom of the bag.'],
  ],
  'toasted-rice': [
    [5, 'Popcorn tea', 'That is what my daughter calls it, and we go through a bag a fortnight.'],
    [4, 'Lunch companion', 'Warm, nutty, light. I fill a thermos with it for the train.'],
  ],
  'paper-lantern': [
    [5, 'Four infusions, all sweet', 'I keep notes on tea and this one got a page of its own.'],
    [3, 'Subtle is the word', 'Lovely leaves, but I had to look for the taste. Perhaps my water is too hard.'],
  ],
  'jasmine-rope': [
    [5, 'Watching them open', 'Brew it in glass. The pearls unroll like something from a nature film.'],
    [4, 'Soft jasmine', 'Flowery without being soapy, which is rare. Two pearls fewer than you think are enough.'],
  ],
  'dune-garden': [
    [5, 'The sea in a pot', 'Tastes like our holidays on the island, salt and thyme and all.'],
    [4, 'Fresh', 'Excellent cold from the fridge in August. The buckthorn gives it an edge.'],
  ],
  'night-harbour': [
    [5, 'Asleep by ten', 'I cannot prove it is the tea. I am not going to risk stopping, either.'],
    [5, 'Whole flowers', 'Big, beautiful pieces, not the sweepings you find in bags.'],
    [4, 'Calm', 'Lavender is well in the background, thankfully. A nice present for restless people.'],
    [2, 'Too much camomile', 'It reminds me of being ill as a child. Perhaps one has to have grown up elsewhere.'],
  ],
  'ginger-ballast': [
    [5, 'Fire', 'Cleared my cold and my sinuses, and possibly a blocked drain.'],
    [4, 'Hot and honest', 'Real ginger, real pepper. I add honey and call it dessert.'],
  ],
  'red-bush': [
    [5, 'The whole family drinks it', 'From the four-year-old to my mother. Please get it back in stock!'],
    [4, 'Smooth', 'Sweet without sugar and never bitter, however long I forget it on the table.'],
  ],
}
