/**
 * Users: who sat or walked where, how old, how protected, how badly hurt.
 *
 * Parts per thousand of French accidents with injuries in 2024, rounded, rare codes left out: aggregate
 * facts, no records (source and licence: docs/data.md). Codes are those of the official tables.
 */
import { distribution, distributions } from './distribution.ts';

/** Users per vehicle, driver included. */
export const OCCUPANTS = distributions({
  motorcycle: '1:893 2:106 3:1',
  other: '1:826 2:137 3:18 4:11 5:4 6:3 7:1',
  scooter: '1:945 2:55',
  truck: '1:945 2:46 3:5 4:2 6:1',
  bus: '1:776 2:88 3:51 4:25 5:20 6:10 8:10 12:10 30:6 48:6',
  bicycle: '1:989 2:11',
  car: '1:786 2:139 3:43 4:23 5:7 6:1',
  van: '1:855 2:103 3:26 4:8 5:4 6:2 8:1 7:1 9:1',
});

/** Sex, by `group|catu`; -1 is a driver who fled. */
export const SEX = distributions({
  'motorcycle|1': '1:912 2:76 -1:12',
  'motorcycle|2': '2:557 1:443',
  'other|1': '1:598 -1:209 2:192',
  'other|2': '1:580 2:420',
  'scooter|1': '1:737 2:243 -1:20',
  'scooter|2': '1:538 2:462',
  'pedestrian|3': '2:500 1:499',
  'truck|1': '1:944 2:34 -1:21',
  'truck|2': '1:786 2:214',
  'bus|1': '1:856 2:132 -1:12',
  'bus|2': '2:542 1:458',
  'bicycle|1': '1:741 2:248 -1:10',
  'car|1': '1:639 2:334 -1:27',
  'car|2': '2:506 1:494',
  'van|1': '1:867 2:98 -1:35',
  'van|2': '1:642 2:358',
});

/** Protection, by group. */
export const PROTECTION = distributions({
  motorcycle: '2:920 8:44 0:16 -1:13 6:6',
  other: '1:456 8:187 -1:132 2:119 0:102 9:2 3:1 4:1',
  scooter: '8:617 2:186 0:167 -1:23 4:2 6:2 9:2',
  pedestrian: '0:906 8:82 -1:5 4:5 9:2',
  truck: '1:768 8:112 0:94 -1:17 9:6 4:2',
  bus: '1:592 8:363 0:36 -1:5 9:2 3:1',
  bicycle: '2:421 8:413 0:136 -1:19 4:6 6:2 9:2 3:1',
  car: '1:856 8:99 0:18 -1:16 3:10 9:1',
  van: '1:833 8:110 0:30 -1:22 3:3 9:1',
});

export const SECOND_PROTECTION = distribution('-1:430 0:377 6:93 8:73 4:10 5:9 9:3 3:2 7:1 1:1 2:1');

export const THIRD_PROTECTION = distribution('-1:904 0:84 9:8 8:3 6:1');

/** Purpose of the journey, by group. */
export const PURPOSE = distributions({
  motorcycle: '5:365 0:290 1:178 9:79 4:41 2:20 3:15 -1:12',
  other: '5:364 0:228 -1:161 4:78 1:68 9:59 2:22 3:21',
  scooter: '0:330 5:288 1:186 9:77 2:66 -1:22 3:20 4:12',
  pedestrian: '5:352 0:306 9:95 2:78 3:76 1:64 4:22 -1:6',
  truck: '4:788 1:66 0:58 5:35 9:29 -1:22 2:1 3:1',
  bus: '4:465 0:183 5:162 2:107 1:36 9:34 -1:10 3:3',
  bicycle: '5:437 0:212 1:167 9:96 2:30 4:27 3:20 -1:11',
  car: '5:400 0:298 1:115 9:76 4:42 3:33 -1:22 2:14',
  van: '4:334 0:214 5:196 1:149 9:63 -1:29 3:12 2:3',
});

/** Seat of a passenger. */
export const SEAT = distribution('2:607 3:108 4:104 9:59 7:56 5:30 8:27 6:8 1:1');

/** What a pedestrian did and where. */
export const PEDESTRIAN_ACTION = distribution('3:61 9:5 1:5 5:3 2:3 4:1');

export const PEDESTRIAN_PLACE = distribution('3:27 2:16 4:12 1:12 5:7 9:4 6:3 8:1');

export const PEDESTRIAN_COMPANY = distribution('1:63 2:16 3:3');

/** Injury (grav), by group. */
export const INJURY = distributions({
  motorcycle: '4:552 3:312 1:96 2:41',
  other: '1:454 4:312 3:196 2:38',
  scooter: '4:698 3:171 1:116 2:15',
  pedestrian: '4:637 3:276 2:53 1:34',
  truck: '1:810 4:111 3:63 2:16',
  bus: '1:631 4:340 3:26 2:4',
  bicycle: '4:640 3:233 1:87 2:40',
  car: '1:550 4:324 3:103 2:22',
  van: '1:678 4:240 3:67 2:15',
});

/** Ages at AGE_LEVELS, by `group|catu`. */
export const AGES: Readonly<Record<string, readonly number[]>> = {
  'motorcycle|1': [8, 16, 18, 23, 32, 47, 58, 63, 73, 92],
  'motorcycle|2': [0, 11, 15, 17, 23, 37, 54, 62, 70, 80],
  'other|1': [8, 16, 17, 23, 38, 55, 67, 74, 84, 92],
  'other|2': [0, 9, 12, 16, 24, 44, 62, 73, 83, 96],
  'scooter|1': [2, 13, 15, 19, 26, 37, 49, 55, 66, 91],
  'scooter|2': [0, 8, 9, 14, 16, 20, 27, 36, 46, 51],
  'pedestrian|3': [0, 6, 11, 20, 43, 66, 80, 85, 92, 109],
  'truck|1': [14, 23, 26, 34, 44, 53, 60, 63, 70, 92],
  'truck|2': [2, 13, 19, 25, 36, 49, 55, 60, 68, 77],
  'bus|1': [20, 25, 28, 35, 46, 54, 60, 63, 68, 83],
  'bus|2': [0, 9, 11, 15, 25, 47, 61, 67, 80, 88],
  'bicycle|1': [2, 15, 18, 26, 40, 58, 71, 76, 85, 93],
  'car|1': [14, 20, 21, 27, 39, 55, 70, 77, 87, 109],
  'car|2': [0, 3, 7, 17, 23, 41, 64, 74, 86, 102],
  'van|1': [14, 21, 23, 29, 40, 52, 62, 68, 79, 92],
  'van|2': [0, 7, 12, 20, 29, 45, 60, 68, 82, 110],
};

export const AGE_LEVELS: readonly number[] = [0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];
