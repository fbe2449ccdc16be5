/** Bodies that clients compress: only gzip, and never into more than a body may be. */
import { gunzipSync } from 'node:zlib';
import { messageOf, systemCode } from '../../base/errors.ts';
import { wireFault, type ProtocolKind } from './wire-fault.ts';

/**
 * The bytes that were compressed. What would grow beyond the limit is given up there, so that a small body cannot take much
 * memory.
 * @param limit in bytes
 * @throws AwsError when the body is no gzip, or longer than the limit
 */
export function decompressed(body: Buffer, limit: number, protocol: ProtocolKind): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: limit });
  } catch (error) {
    if (systemCode(error) === 'ERR_BUFFER_TOO_LARGE')
      throw wireFault(
        protocol,
        'body-too-large',
        `The decompressed request body is longer than ${limit} bytes, the most that is accepted.`,
      );
    throw wireFault(
      protocol,
      'malformed-body',
      `The request body is not what its Content-Encoding gzip says: ${messageOf(error)}`,
    );
  }
}
