/**
 * Document ids: 32 characters of lower-case base32 that hold the table's number, 125 random bits and a
 * checksum. Random, so that no counter has to survive a crash; numbered, so that an id names its table.
 */
import { randomBytes } from "#platform";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TABLE_LENGTH = 4;
const RANDOM_LENGTH = 25;
const CHECK_LENGTH = 3;
const ID_PATTERN = new RegExp(`^[${ALPHABET}]{${TABLE_LENGTH + RANDOM_LENGTH + CHECK_LENGTH}}$`);

export function newId(tableNumber: number): string {
  let body = "";
  for (const byte of randomBytes(RANDOM_LENGTH)) body += ALPHABET[byte & 31];
  return seal(encode(tableNumber, TABLE_LENGTH) + body);
}

/** The number of the table that the id belongs to, or null if the text is no id. */
export function tableNumberOf(id: string): number | null {
  if (!ID_PATTERN.test(id)) return null;
  if (seal(id.slice(0, -CHECK_LENGTH)) !== id) return null;
  let number = 0;
  for (const character of id.slice(0, TABLE_LENGTH)) number = number * 32 + ALPHABET.indexOf(character);
  return number;
}

function seal(text: string): string {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 32768;
  return text + encode(sum, CHECK_LENGTH);
}

function encode(number: number, length: number): string {
  let text = "";
  for (let rest = number; text.length < length; rest = Math.floor(rest / 32))
    text = ALPHABET[rest % 32]! + text;
  return text;
}
