// SPDX-License-Identifier: Apache-2.0
/** The parameters of a channel URI as typed values, each within its bounds. Pure. */
import type { ChannelUri } from './channel-uri.ts';
import { ParameterProblem } from './parameter-kinds.ts';
import { invalidUri } from './uri-error.ts';
import {
  parameterKind,
  URI_PARAMETER_KEYS,
  URI_PARAMETERS,
  type UriParameterKey,
  type UriParameterValue,
} from './uri-parameters.ts';

/** The parameters that a URI has, by their names in programs. */
export type ChannelParams = { readonly [K in UriParameterKey]?: UriParameterValue<K> };

/**
 * One parameter.
 *
 * @returns undefined when the URI does not have it.
 * @throws AeronError INVALID_URI naming parameter, value and URI.
 */
export function uriParameter<K extends UriParameterKey>(uri: ChannelUri, key: K): UriParameterValue<K> | undefined {
  const { name } = URI_PARAMETERS[key];
  const text = uri.get(name);
  if (text === undefined) {
    return undefined;
  }
  const value = parameterKind(key).parse(text);
  if (value instanceof ParameterProblem) {
    throw invalidUri(uri.toString(), `${value.text}, ${name}=${text}`);
  }
  return value;
}

/**
 * All known parameters that the URI has. Unknown ones are left out: they are someone else's.
 *
 * @throws AeronError INVALID_URI for the first that is malformed or out of bounds.
 */
export function parseParams(uri: ChannelUri): ChannelParams {
  const params: Partial<Record<UriParameterKey, unknown>> = {};
  for (const key of URI_PARAMETER_KEYS) {
    const value = uriParameter(uri, key);
    if (value !== undefined) {
      params[key] = value;
    }
  }
  return params as ChannelParams;
}
