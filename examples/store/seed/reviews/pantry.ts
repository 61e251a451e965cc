import type { ReviewTexts } from './review-seed.ts'

export const pantry: ReviewTexts = {
  'ships-biscuits': [
    [5, 'Eight seconds', 'We tested with a stopwatch. Nine is too many. The science is sound.'],
    [4, 'Not too sweet', 'Salt and ginger in balance. The packet holds two sittings, if one is disciplined.'],
    [5, 'Vegan and good', 'Usually one has to choose. I have stopped baking my own.'],
  ],
  'almond-rusks': [
    [5, 'Made for espresso', 'Hard as oak, then soft as cake. The orange comes through at the end.'],
    [3, 'Careful with fillings', 'I lost a bit of tooth. The taste was worth it, the dentist says otherwise.'],
  ],
  'dark-anchor': [
    [5, 'Two squares, in theory', 'In practice it is gone before the kettle boils. Cherry and malt, a clean snap.'],
    [4, 'Grown-up chocolate', 'Dry, dark and long. Pairs beautifully with the Iron Bell.'],
    [5, 'Stone-ground, you can tell', 'There is a little texture, and I love it. I order five at a time.'],
  ],
  'sea-salt-caramels': [
    [5, 'Behind the lentils', 'They found them. I need a better place and another box.'],
    [5, 'The paper rustles', 'Impossible to eat in secret at the opera, otherwise perfect.'],
    [4, 'Soft and buttery', 'They stick together in hot weather. In winter they are flawless.'],
  ],
  'flaked-salt': [
    [5, 'On everything', 'Eggs, chocolate, radishes, caramel. Big crisp flakes that stay crisp.'],
    [4, 'Good flakes, small tin', 'I would take half a kilo at once. Lovely crunch.'],
  ],
  'smoked-paprika': [
    [5, 'Popcorn is an event', 'They were right. So are fried potatoes, and so is hummus.'],
    [4, 'Deep red, deep smoke', 'Use less than you think. It keeps its smell even after months.'],
  ],
  'long-pepper': [
    [5, 'On strawberries!', 'It sounded like nonsense and became the dessert of the summer.'],
    [
      3,
      'Interesting, hard to grind',
      'It does not fit my pepper mill. In the mortar it is fine, and the taste is wonderful.',
    ],
  ],
  'masala-chest': [
    [5, 'Opens like treasure', 'Everything whole, everything fragrant. The recipe for chana is now a family dish.'],
    [
      4,
      'A gift that cooks',
      'My son went from toast to curry in a week. The spoon does look worn, and that is the charm.',
    ],
  ],
  'heather-honey': [
    [
      5,
      'Thick as jelly',
      'You have to turn the jar upside down and wait. With an old cheese it is outrageous, indeed.',
    ],
    [
      2,
      'Too bitter for toast',
      'A strong taste that my family would not touch. It went into gingerbread, where it was splendid.',
    ],
    [5, 'August on the moor', 'I grew up near heather, and this is precisely the smell of it.'],
  ],
  'quince-jelly': [
    [5, 'Blushing indeed', 'The colour of a sunset. Next to roast lamb there is nothing better.'],
    [4, 'Fragrant', 'A little looser than I expect from a jelly, but what a perfume.'],
  ],
  'bitter-marmalade': [
    [5, 'Six jars, as predicted', 'I felt seen by that description. Thick cut, properly bitter, with a hint of tea.'],
    [4, 'For adults', 'The children refuse it, so it lasts. Wonderful in a cheese toastie.'],
    [1, 'Bitter', 'I know it says so on the label. I had hoped that it was exaggerating.'],
  ],
  'plum-butter': [
    [5, 'The spoon stands', 'No sugar and you do not miss it. Smoky, dark, gone within three days.'],
    [4, 'Get it in September', 'I waited a year for this jar and would wait again.'],
  ],
}
