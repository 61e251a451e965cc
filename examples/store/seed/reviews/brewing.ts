import type { ReviewTexts } from './review-seed.ts'

export const brewing: ReviewTexts = {
  'lighthouse-dripper': [
    [
      5,
      'Prettier than the photo',
      'The glaze has tiny speckles, and the water runs through evenly. It lives on the counter now.',
    ],
    [5, 'No more stalling', 'Those tall ribs really work. My old dripper took five minutes, this one takes three.'],
    [4, 'Fits everything', 'Sits well on all my mugs except the very widest. Rinse it with hot water first.'],
  ],
  'harbour-press': [
    [
      5,
      'Unbreakable',
      'After four glass presses in three years I gave up and bought this. Dropped twice so far, not a mark that matters.',
    ],
    [
      4,
      'Hot for an hour',
      'Claim checked with a thermometer: 84 degrees after forty minutes. A little heavy when full.',
    ],
  ],
  'little-stoker': [
    [
      5,
      'Gurgles beautifully',
      'Works on induction without an adapter, as promised. Three small cups, one very happy flat.',
    ],
    [4, 'Well made', 'The handle stays cool and the seal seats properly. I would like it in a six-cup size.'],
    [
      3,
      'Good pot, small cups',
      'They are really small. For two people who like coffee this is one and a half servings each.',
    ],
  ],
  'linen-filters': [
    [4, 'No paper since March', 'One gets used to the rinsing. The coffee is rounder than through paper.'],
    [5, 'Simple idea', 'Boil, dry, repeat. The first one is still fine after seven months of daily use.'],
    [
      2,
      'Not for impatient people',
      'If you forget to rinse it straight away, the next cup knows. I went back to paper.',
    ],
  ],
  'rain-barrel-teapot': [
    [5, 'It does not drip', 'I have waited my whole life for a teapot that does not drip. Here it is.'],
    [4, 'Round and lovely', 'A generous basket and a handle for big hands. The loop on the lid gets hot.'],
  ],
  'one-mug-pot': [
    [5, 'For selfish tea', 'Exactly one mug, exactly mine. The lid as a saucer is a clever touch.'],
    [4, 'Clear and practical', 'You see the strength while it brews. Survives my dishwasher so far.'],
    [3, 'Spout is short', 'Pours well when slow, dribbles when hurried. Otherwise a sweet little pot.'],
  ],
  'gooseneck-kettle': [
    [
      5,
      'Signature confirmed',
      'I did pour my name. Perfect balance in the hand, and the thermometer is accurate to a degree.',
    ],
    [4, 'Slow, in a good way', 'Takes a while on my old hob, but the control is worth it.'],
  ],
  'cast-iron-kettle': [
    [
      5,
      'For the grandchildren',
      'Heavy, quiet and perfect. The water tastes softer, and I do not care if I imagine it.',
    ],
    [4, 'Needs looking after', 'Dry it or it rusts, they say so, and it is true. A ritual more than a kettle.'],
  ],
  'galley-mill': [
    [5, 'Forty clicks of joy', 'Noticeably more even than the electric grinder I paid twice as much for.'],
    [5, 'Travels with me', 'Fits beside the laptop. Colleagues have started to arrive earlier.'],
    [4, 'A little work', 'Fifty seconds for espresso is right if you have strong arms. Filter is effortless.'],
  ],
  'wall-mill': [
    [
      5,
      'Everyone tries it',
      'Screwed to the wall by the door, and no guest has ever walked past it. The drawer is a delight.',
    ],
    [
      3,
      'Beautiful, not precise',
      'For filter it is fine, for espresso it is too coarse even when closed. It is furniture with benefits.',
    ],
  ],
  'gram-scale': [
    [5, 'The timer starts itself', 'Such a small thing, and I cannot go back. Battery still full after three months.'],
    [4, 'Flat and fast', 'Reacts within a blink. The display could be brighter by the window.'],
  ],
  'burr-brush': [
    [5, 'Best money I spent here', 'My grinder was full of last year. Now the coffee tastes of coffee.'],
    [4, 'Does what it should', 'Stiff, small and pleasant to hold. Lost one hair in half a year.'],
  ],
}
