/** Who answers how many of many requests, and whether that is what the weights say. */
import { Agent, request } from 'undici';

const CONNECTIONS = 16;
/** Of the normal distribution: 99.9 % lie within. */
const Z = 3.2905;

/** Sends so many requests, some at a time, and counts the versions that answered; throws for an answer that is not 200. */
export async function versionsOf(
  url: string,
  count: number,
): Promise<Readonly<Record<string, number>>> {
  const dispatcher = new Agent({ connections: CONNECTIONS });
  const versions: Record<string, number> = {};
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const { statusCode, headers, body } = await request(url, { dispatcher });
      await body.dump();
      if (statusCode !== 200) throw new Error(`answered with ${statusCode}`);
      const version = String(headers['x-app-version']);
      versions[version] = (versions[version] ?? 0) + 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
    return versions;
  } finally {
    await dispatcher.close();
  }
}

/** True when the number of hits lies in the 99.9 % interval (Wilson's) around the probability. */
export function isWithinBinomial(hits: number, trials: number, probability: number): boolean {
  if (probability === 0 || probability === 1) return hits === trials * probability;
  const share = hits / trials;
  const centre = share + Z ** 2 / (2 * trials);
  const reach = Z * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
  const scale = 1 + Z ** 2 / trials;
  return probability >= (centre - reach) / scale && probability <= (centre + reach) / scale;
}
