/** The only form in which kubectl takes the second version of OpenAPI: how it asks for it. */
export const ASKED_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/** The same form as the server names it: an `@` is not allowed in a media type. */
export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

/**
 * A document that describes nothing. kubectl asks for it when the third version knows no such kind, and then goes on to say
 * that the kind does not exist; without an answer it would complain of the validation instead.
 */
export function emptyOpenapiV2(): Buffer {
  const info = Buffer.concat([field(1, 'Kubernetes'), field(2, 'practice')]);
  return Buffer.concat([field(1, '2.0'), field(2, info), field(8, ''), field(9, '')]);
}
