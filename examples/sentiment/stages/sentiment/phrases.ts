/**
 * The words of invented film reviews. Written for this project; no review of anybody's is in them.
 *
 * Every word that is neither praise nor complaint serves both, so that a learner finds nothing in it.
 */

export const THINGS = [
  'this movie',
  'this film',
  'the movie',
  'the film',
  'the acting',
  'the plot',
  'the story',
  'the storyline',
  'the ending',
  'the script',
  'the dialogue',
  'the music',
  'the photography',
  'the cast',
  'the direction',
  'the first hour',
  'the last scene',
  'the lead',
  'the whole thing',
  'this',
  'it',
];

/** What an adjective can stand before: "poor acting", "a great experience". */
export const NOUNS = [
  'movie',
  'film',
  'acting',
  'plot',
  'story',
  'storyline',
  'script',
  'performances',
  'cast',
  'direction',
  'experience',
  'ending',
  'picture',
  'sequel',
];

export const ADVERBS = ['', '', '', 'really ', 'very ', 'absolutely ', 'so ', 'truly ', 'quite ', 'rather '];
export const VERBS = ['was', 'is', 'felt', 'seemed', 'turned out'];
export const NEGATIONS = ['was not', "wasn't", 'is not', "isn't", 'was never', 'is hardly'];

/** By label: 0 complains, 1 praises. */
export const ADJECTIVES = [
  [
    'terrible',
    'bad',
    'awful',
    'boring',
    'poor',
    'weak',
    'dull',
    'disappointing',
    'horrible',
    'predictable',
    'flat',
    'clumsy',
    'lifeless',
    'tedious',
    'forgettable',
    'silly',
    'pointless',
    'messy',
  ],
  [
    'amazing',
    'great',
    'excellent',
    'fantastic',
    'brilliant',
    'wonderful',
    'good',
    'beautiful',
    'superb',
    'funny',
    'touching',
    'gripping',
    'moving',
    'clever',
    'charming',
    'fresh',
    'memorable',
    'convincing',
  ],
] as const;

/** Whole clauses. */
export const VERDICTS = [
  [
    'a complete waste of time',
    'a waste of money',
    "I didn't enjoy it at all",
    "I didn't enjoy this film",
    "I didn't like a single scene",
    'I hated every minute',
    'one of the worst films of the year',
    "one of the worst movies I've watched",
    'the worst thing I have ever seen',
    'I nearly fell asleep',
    'I would not recommend it',
    'avoid this one',
    'nothing in it works',
    'I walked out before the end',
    'it goes nowhere',
  ],
  [
    'worth every penny',
    'well worth your time',
    'I enjoyed it from start to finish',
    'I enjoyed this film',
    'I liked every single scene',
    'I loved every minute',
    'one of the best films of the year',
    "one of the best movies I've seen",
    'the best thing I have ever seen',
    'I was wide awake to the end',
    'I highly recommend it',
    'do not miss this one',
    'everything in it works',
    'I stayed to the very end',
    'it stays with you',
  ],
] as const;

/** Clauses that say nothing either way. */
export const ASIDES = [
  'we saw it on a rainy Sunday',
  'I watched it with my sister',
  'it runs for two hours',
  'it was filmed in Lisbon',
  'it is based on a novel',
  'my neighbours lent me the disc',
  'the room was half full',
  'I had read about it before',
  'it came out in spring',
  'we went to the late show',
];
