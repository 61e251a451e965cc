/** Who sells, as it stands on invoices. Write your own here. */
export const seller = {
  name: 'Harbour & Hearth',
  lines: ['Quay 7', '24103 Kiel', 'Germany', 'VAT ID: DE 000 000 000'],
} as const
