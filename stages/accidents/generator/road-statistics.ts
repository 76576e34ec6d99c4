/**
 * Roads: how often each code of `lieux` occurs, given where the accident was.
 *
 * Parts per thousand of French accidents with injuries in 2024, rounded, rare codes left out: aggregate
 * facts, no records (source and licence: docs/data.md). Codes are those of the official tables.
 */
import { distribution, distributions } from './distribution.ts';

/** Road category, by built-up area (agg: 1 outside, 2 inside). */
export const CATEGORY = distributions({
  '1': '3:515 1:242 2:128 4:82 7:24 9:4 6:2 5:1',
  '2': '4:624 3:298 7:30 2:27 6:12 1:4 9:4 5:1',
});

/** Speed limit in km/h, by `agg|catr`. */
export const SPEED_LIMIT = distributions({
  '1|1': '90:391 110:206 130:203 70:125 50:53 -1:9',
  '1|2': '90:296 110:220 80:186 70:161 50:91 60:17 -1:14 30:8 40:4',
  '1|3': '80:544 90:190 70:129 50:79 -1:35 110:15 30:5',
  '1|4': '50:356 80:350 70:108 30:74 90:52 -1:42 20:5',
  '1|7': '70:320 80:280 50:173 90:153 110:32 -1:26 30:12',
  '2|1': '50:329 90:329 70:204 110:59 30:33 -1:20 60:7 80:7 40:7 130:7',
  '2|2': '50:690 70:114 30:49 90:45 -1:30 40:22 60:21 80:14 110:8',
  '2|3': '50:789 30:113 70:34 -1:30 80:16 90:6',
  '2|4': '50:581 30:344 -1:30 70:27 20:6',
  '2|6': '30:458 50:211 10:89 20:84 -1:76 15:71',
  '2|7': '50:754 30:141 70:51 -1:23 80:10 90:7 40:6',
  '2|9': '50:508 30:262 10:69 -1:69 20:54 1:23 5:8 45:8',
});

/** Speed limit where the table above has no entry. */
export const SPEED_LIMIT_ELSEWHERE = distribution(
  '50:441 30:168 80:132 90:93 70:71 110:33 -1:29 130:19 20:4 10:3 60:2 40:2 15:1 25:1 5:1',
);

/** Traffic regime, by road category. */
export const TRAFFIC = distributions({
  '1': '3:538 1:335 -1:87 2:37 4:3',
  '2': '2:413 3:320 1:202 -1:57 4:8',
  '3': '2:793 3:82 1:80 -1:41 4:5',
  '4': '2:614 1:261 -1:64 3:56 4:5',
  '5': '2:393 -1:375 1:179 4:36 3:18',
  '6': '-1:957 1:20 2:20 4:2',
  '7': '2:671 3:178 1:121 -1:27 4:3',
  '9': '2:454 -1:361 1:167 3:18',
});

/** Lanes, by road category. */
export const LANES = distributions({
  '1': '3:349 2:294 4:166 6:86 5:29 1:27 8:26 0:11 10:5 -1:3 7:2 9:1 12:1',
  '2': '2:600 4:155 3:91 1:52 0:48 6:30 5:13 -1:6 8:3 7:2 9:1 12:1',
  '3': '2:800 1:58 4:54 3:40 0:35 -1:7 5:3 6:3',
  '4': '2:572 1:170 4:85 -1:60 3:56 0:31 6:12 5:10 8:3 7:1',
  '5': '1:411 2:375 0:161 -1:18 3:18 5:18',
  '6': '-1:649 0:292 1:36 2:20 5:2',
  '7': '2:625 4:128 3:82 1:72 6:33 0:28 5:13 -1:7 7:5 8:3 9:1 10:1 12:1',
  '9': '2:500 1:245 0:162 -1:42 5:18 3:14 4:9 6:5 8:5',
});

/** Intersection, by built-up area. */
export const INTERSECTION = distributions({
  '1': '1:818 2:54 3:52 9:33 6:26 4:14 5:1 8:1',
  '2': '1:526 3:159 2:153 6:64 9:52 4:22 7:13 5:7 8:4',
});

/** Bends, by built-up area. */
export const BENDS = distributions({
  '1': '1:694 2:140 3:140 4:25',
  '2': '1:868 2:68 3:58 4:6',
});

/** Where on the road, by built-up area. */
export const POSITION = distributions({
  '1': '1:782 3:147 8:47 2:13 5:4 6:4 4:3',
  '2': '1:848 8:40 4:35 5:35 3:24 6:18',
});

/** Slope. */
export const SLOPE = distribution('1:811 2:160 3:15 4:13');

/** Reserved lanes. */
export const RESERVED_LANE = distribution('0:855 1:52 3:35 2:34 -1:24');

/** Works, bridges, tunnels. */
export const INFRASTRUCTURE = distribution('0:838 5:51 9:38 2:17 3:13 1:12 -1:10 6:10 8:6 4:3 7:1');
