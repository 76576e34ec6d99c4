/**
 * Text as the database can keep it. Pure.
 *
 * The driver ends a text at its first NUL, so `alice` and `alice\0x` would be one name; and UTF-8 has no half
 * characters, so what is read back would not be what was sealed. Both become U+FFFD, which no name has.
 */
export const toStorable = (text: string): string => text.replaceAll(UNSTORABLE, '\ufffd');

const UNSTORABLE = /\0|\p{Surrogate}/gu;
