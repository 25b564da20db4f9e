// What this page has of its own: the shape of its control, and traits that act at named moments.
import { page } from "mock/dom";

async function load(folder, name) {
  const [family, one] = name.split("/");
  const found = (await import(`mock/${folder}/${family}`)).default[one];
  if (!found) throw new Error(`${folder} ${name}: not known`);
  return found;
}

export const shape = page.control ? await load("shapes", page.control) : null;
const traits = await Promise.all(page.traits.map((name) => load("traits", name)));

// Lets every trait act at this moment; false as soon as one says so.
export async function at(moment, ...what) {
  let result;
  for (const trait of traits) if (trait[moment]) result = (await trait[moment](...what)) === false ? false : result;
  return result;
}
