import type { ReviewTexts } from './review-seed.ts'

export const table: ReviewTexts = {
  'night-watch-mug': [
    [5, 'My hand lives there', 'A handle that takes four fingers, at last. The blue changes with the light.'],
    [5, 'Half a litre of calm', 'It got me through a thesis. It will get me through the next one.'],
    [4, 'Big and heavy', 'Exactly what I wanted, though my mother needs both hands.'],
  ],
  'thimble-cups': [
    [5, 'Warm to the last sip', 'Thick walls make all the difference. The raw foot feels lovely.'],
    [4, 'Small, sturdy, handsome', 'They have survived a toddler and a cat. I wish they came in fours.'],
  ],
  'enamel-mug': [
    [5, 'Down the stairs, as described', 'Two floors. One dent. Coffee tastes the same.'],
    [4, 'Camping classic', 'Burns your lips if you are greedy, as it should.'],
    [3, 'Rim has a rough spot', 'Just one of the four I bought, and it wears off. Nice weight otherwise.'],
  ],
  'tea-glasses': [
    [4, 'Cool fingers, hot tea', 'The narrow waist works. No two are alike, which I like and my husband does not.'],
    [5, 'Like on the Bosphorus', 'They ring when you stir. Guests always take a second glass.'],
  ],
  'porridge-bowl': [
    [5, 'Sofa bowl', 'Rests in one palm as if moulded from it. We have fog and moss, and want rust.'],
    [5, 'Every morning', 'Porridge, soup, noodles, crisps. Everything tastes better from a bowl you like.'],
    [4, 'Lovely glaze', 'The colour differed a bit from the picture, in a good way. It gets hot in the microwave.'],
  ],
  'supper-plate': [
    [5, 'Quiet plates', 'They make food look cared for. The low rim does keep the sauce aboard.'],
    [4, 'Six and counting', 'One of ours wobbles slightly, the other five are perfect. Handmade is handmade.'],
  ],
  'salt-dish': [
    [5, 'For rings, mostly', 'I knead a lot. My rings have a home now, and the tea bag does too.'],
    [4, 'Tiny and useful', 'Came in a colour that I would not have chosen and now like best.'],
  ],
  'serving-basin': [
    [5, 'The middle of every party', 'It carries salad for ten, whatever the description says. A majestic thing.'],
    [4, 'Wider than my cupboard', 'Measure first. It lives on the table with apples in it, so no harm done.'],
  ],
}
