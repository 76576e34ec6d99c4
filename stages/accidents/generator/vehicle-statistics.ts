/**
 * Vehicles: how many, which, and what they did.
 *
 * Parts per thousand of French accidents with injuries in 2024, rounded, rare codes left out: aggregate
 * facts, no records (source and licence: docs/data.md). Codes are those of the official tables.
 */
import { distribution, distributions } from './distribution.ts';

export const VEHICLE_COUNT = distribution('2:551 1:382 3:53 4:11 5:2 6:1');

/** Share of accidents with a pedestrian in thousandths, by `vehicles|agg` (3 stands for more). */
export const PEDESTRIAN: Readonly<Record<string, number>> = {
  '1|1': 76,
  '1|2': 598,
  '2|1': 5,
  '2|2': 9,
  '3|1': 10,
  '3|2': 15,
};

/** Category, by `agg|vehicles`. */
export const VEHICLE_CATEGORY = distributions({
  '1|1': '7:606 33:165 10:55 2:35 31:22 1:22 32:12 36:10 30:10 15:10 17:7 21:6 34:6 3:6 43:6 14:4 50:4 80:3 13:2 38:2',
  '1|2':
    '7:621 33:105 10:87 1:30 2:25 15:25 31:14 17:13 14:11 32:11 21:8 34:7 30:6 43:5 13:5 3:4 50:4 38:4 99:3 80:3 0:2 37:2',
  '1|3': '7:746 10:110 33:49 15:21 1:14 14:12 17:12 13:5 2:4 31:4 32:3 43:3 38:3 99:2 34:2',
  '2|1':
    '7:563 10:74 33:62 1:51 50:46 30:38 2:36 32:21 31:18 37:16 80:12 3:9 34:9 0:6 43:6 14:4 40:4 13:4 36:3 99:3 38:3 60:3 15:2',
  '2|2': '7:513 1:86 33:74 10:67 50:54 2:45 30:33 32:26 31:21 80:14 34:11 37:10 43:7 14:6 60:5 3:5 99:4 13:4 15:3 0:3',
  '2|3': '7:731 10:90 33:52 1:30 32:13 2:11 31:9 30:8 34:7 37:7 13:6 14:5 50:5 43:4 15:4 99:4 3:3 17:3 80:3 38:2',
});

/** Engine, by category. */
export const ENGINE = distributions({
  '1': '5:992 0:8',
  '2': '1:874 3:80 0:39 6:4 -1:3',
  '7': '1:862 2:72 0:39 3:22 -1:2 6:2',
  '10': '1:895 0:64 3:30 2:5 6:4 -1:1',
  '15': '1:932 0:60 6:5 -1:1 4:1 5:1',
  '30': '1:849 3:98 0:47 6:3 -1:2',
  '31': '1:898 0:48 3:48 6:4 -1:2',
  '32': '1:917 0:40 3:37 -1:2 6:2 2:1',
  '33': '1:969 0:26 3:3 6:1',
  '34': '1:909 0:53 3:32 -1:4 6:2',
  '37': '1:686 2:114 0:80 3:78 6:21 4:16 -1:4',
  '50': '3:1000',
  '60': '5:996 0:4',
  '80': '3:945 2:44 5:10 0:1',
});

/** Engine of categories without an entry above. */
export const ENGINE_ELSEWHERE = distribution('1:787 3:65 5:57 2:44 0:42 6:3 -1:2 4:1');

/** Moving obstacle hit, by `vehicles|pedestrian`. */
export const MOVING_OBSTACLE = distributions({
  '1|0': '0:944 2:26 9:13 6:9 5:7',
  '1|1': '1:964 0:20 2:14 9:3',
  '2|0': '2:893 0:79 9:26',
  '2|1': '2:504 1:328 0:152 9:11 4:2 -1:2',
  '3|0': '2:904 0:82 9:12',
  '3|1': '2:525 1:237 0:237',
});

/** Share of vehicles that hit something fixed in thousandths, by `vehicles|agg`. */
export const FIXED_OBSTACLE_HIT: Readonly<Record<string, number>> = {
  '1|1': 666,
  '1|2': 304,
  '2|1': 83,
  '2|2': 56,
  '3|1': 81,
  '3|2': 62,
};

/** Which, when there is one. */
export const FIXED_OBSTACLE = distribution(
  '1:163 13:119 2:109 4:99 3:87 8:81 6:76 12:59 14:47 15:37 9:35 16:30 7:19 5:14 11:11 17:7 10:7',
);

export const IMPACT = distribution('1:365 3:150 2:119 4:95 8:68 0:66 7:60 6:35 5:28 9:14');

export const MANOEUVRE = distribution(
  '1:411 2:113 15:78 0:73 13:44 26:31 17:31 16:27 9:27 19:24 23:22 14:20 21:14 5:13 11:13 3:12 12:11 10:6 20:6 24:5 4:4 18:4 25:3 22:2 6:2 7:2',
);

export const DIRECTION = distribution('1:445 2:339 3:163 0:52 -1:1');

/** Collision, by vehicles; of a lone vehicle only where no pedestrian was hit. */
export const COLLISION = distributions({
  '1': '6:547 7:411 1:23 3:13 2:4 5:1',
  '2': '3:540 2:235 1:192 6:25 7:8',
  '3': '4:485 5:422 6:54 2:19 3:11 1:6 7:2',
  '4': '4:540 5:408 6:24 2:23 1:3 3:3',
});
