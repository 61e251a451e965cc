import type { ReviewTexts } from './review-seed.ts'

export const kitchen: ReviewTexts = {
  'deckhand-skillet': [
    [5, 'Eggs slide', 'From the first week, truly. I have given away the non-stick pan.'],
    [5, 'Smooth as a bell', 'Much smoother than the rough iron from the camping shop, and lighter than I feared.'],
    [4, 'Heavy friend', 'Two hands for pouring. The searing is superb.'],
  ],
  'milk-pan': [
    [5, 'Left-handed at last', 'Two spouts! Nobody ever thinks of us. Also simply a nice little pan.'],
    [
      4,
      'Small and handy',
      'The right size for one porridge. The enamel got a tiny chip when I dropped the lid of something else on it.',
    ],
  ],
  'copper-saucepan': [
    [5, 'Caramel without fear', 'It answers the flame the very second you turn it. I make sauces just to use it.'],
  ],
  'stew-pot': [
    [5, 'Sunday in a pot', 'Beans, bread, beef. The lid really does rain back on the food.'],
    [4, 'Worth the lift', 'It weighs as much as a toddler and behaves better.'],
    [5, 'Storm grey is gorgeous', 'It goes from the oven to the table and gets more compliments than the cook.'],
  ],
  'petty-knife': [
    [5, 'The only knife I reach for', 'Arrived sharper than anything in the drawer. The grey coat is growing nicely.'],
    [4, 'Carbon needs care', 'Wipe it, dry it, love it. My flatmate put it in the dishwasher once. Only once.'],
    [5, 'Thin and quick', 'Onions without tears, because they do not notice.'],
  ],
  'bread-saw': [
    [5, 'Crumbs are history', 'The low waves glide through crust. Tomatoes too, as promised.'],
    [4, 'Long and elegant', 'Too long for my knife block, so it hangs on the wall, which suits it.'],
  ],
  'chopping-plank': [
    [5, 'Stays put', 'No damp cloth underneath any more. The notch for the fingers is a joy.'],
    [3, 'Wants a lot of oil', 'Beautiful board, thirsty board. I have oiled it four times in two months.'],
  ],
  whetstone: [
    [
      5,
      'The fishmonger knows',
      'That leaflet taught me more than an hour of videos. All knives in the house are done.',
    ],
    [4, 'Good stone', 'Cuts fast and stays flat. The cork foot could be a little larger.'],
  ],
  'coffee-tin': [
    [5, 'The sigh', 'It actually sighs when you close it. Beans smell fresh after three weeks.'],
    [4, 'Stacks well', 'Bought three, labelled three. The paint scratches if you pull instead of lift.'],
    [5, 'Exactly one bag', 'So satisfying. Whoever measured this, thank you.'],
  ],
  'tea-caddy': [
    [5, 'The lid sinks by itself', 'I have opened and closed it more often than I have made tea.'],
    [4, 'A gift I kept', 'It was meant for my sister. She will get the next pattern.'],
  ],
  'swing-jar': [
    [5, 'A whole shelf of them', 'Twelve now. Being able to buy new rubber rings is how things should be.'],
    [4, 'Tight and thick', 'Holds pressure, holds pickles. Hard to open with wet hands.'],
    [
      2,
      'One arrived cracked',
      'Replaced within two days and without discussion, so two stars for the jar and five for the shop.',
    ],
  ],
  'bread-crock': [
    [5, 'Five days, really', 'The crust softens a little and the crumb stays perfect. So sorry that she has retired.'],
    [4, 'A piece of furniture', 'Takes half the counter and deserves it.'],
  ],
}
