import type { ReviewTexts } from './review-seed.ts'

export const coffee: ReviewTexts = {
  'dawn-watch': [
    [
      5,
      'Our weekday cup',
      'Third bag in a row. Hazelnut and apple, exactly as the label says, and it forgives my half-asleep pouring.',
    ],
    [
      5,
      'Finally a filter I can share',
      'My partner hates sour coffee, I hate burnt coffee. This is the one both of us finish.',
    ],
    [
      4,
      'Very good, grind it fresh',
      'Lovely from whole beans. A week after grinding it goes a little flat, so do not be lazy like me.',
    ],
    [3, 'Solid, not exciting', 'Nothing wrong with it at all. I simply like something wilder in the morning.'],
  ],
  'first-frost': [
    [5, 'Peach. Actual peach.', 'I always thought tasting notes were poetry. Then I brewed this with filtered water.'],
    [
      2,
      'Too light for me',
      'Beautiful smell, but in the cup it reminds me of tea. My fault for not reading the description.',
    ],
  ],
  kittiwake: [
    [5, 'The blueberry one', 'Visitors ask what I am baking. I am not baking, I am opening a bag of coffee.'],
    [4, 'Wild and sweet', 'Fantastic as a pour-over, too loud as espresso. Two bags a month now.'],
    [4, 'Better on day ten', 'Let it rest for a week after roasting, then it turns from jam into something elegant.'],
  ],
  'long-reach': [
    [
      5,
      'Feeds an office of nine',
      'We get through a kilo every eight days, and nobody has complained, which has never happened before.',
    ],
    [4, 'Good value', 'Even quality from top to bottom of the bag. The zip could close better.'],
  ],
  'iron-bell': [
    [
      5,
      'Crema for days',
      'Dialled in on the second shot. Chocolate and walnut, and it cuts through oat milk without trouble.',
    ],
    [5, 'House espresso here too', 'I have tried a dozen blends since last year and keep coming home to this one.'],
    [
      4,
      'Reliable',
      'Never the most interesting shot of my life, never a bad one either. For the price it is remarkable.',
    ],
    [3, 'Darker than I expected', 'Good quality, but if you like fruit in your espresso take the Red Buoy instead.'],
  ],
  'tar-and-rope': [
    [5, "Like my grandfather's", 'Moka pot, sugar, window open. Forty years fall away with the first sip.'],
    [4, 'Strong stuff', 'One cup and I reorganised the cellar. Perhaps not after four in the afternoon.'],
  ],
  'red-buoy': [
    [
      5,
      'Strawberries and cream',
      'I laughed at that line in the description. Then I made a flat white and had to apologise.',
    ],
    [4, 'Fussy, but worth it', 'Needs a fine grind and a hot machine. When it works there is nothing like it.'],
  ],
  'slack-tide': [
    [
      5,
      'Our café runs on it',
      'Two kilos a week, steady as a clock. New staff pull decent shots on their first morning.',
    ],
    [
      4,
      'Easy to live with',
      'Low acidity, which my stomach appreciates. I would buy half-kilo bags if there were any.',
    ],
    [3, 'Fine in milk', 'Black it is a little plain for my taste, in a cappuccino it is very good.'],
  ],
  'evening-watch': [
    [
      5,
      'I stopped noticing it is decaf',
      'Served it to three coffee people after dinner and told nobody. Nobody noticed.',
    ],
    [4, 'Sweet and soft', 'The best decaf I have had at home. A touch more body and it would be five stars.'],
  ],
  'half-mast': [
    [4, 'The sensible choice', 'I can have a third cup now. That alone is worth the money.'],
    [5, 'For the cup after lunch', 'Keeps me awake until six and asleep after ten. Tastes just like its big sister.'],
  ],
  'still-harbour': [
    [5, 'Decaf with a backbone', 'Holds its own in a cortado, which I thought was impossible.'],
    [3, 'Nice, runs out often', 'It was sold out twice when I wanted it. Good caramel taste when I finally got some.'],
  ],
  'lantern-light': [
    [4, 'A pretty little tin', 'Bought it as a present and had to buy another for myself. Delicate and flowery.'],
  ],
}
