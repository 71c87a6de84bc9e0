// SPDX-License-Identifier: Apache-2.0
/** Settings that make a driver of either implementation lose a tenth of all data and control frames, both ways. */
export const LOSSES: Readonly<Record<string, string>> = {
  'aeron.SendChannelEndpoint.supplier': 'io.aeron.driver.ext.DebugSendChannelEndpointSupplier',
  'aeron.ReceiveChannelEndpoint.supplier': 'io.aeron.driver.ext.DebugReceiveChannelEndpointSupplier',
  'aeron.debug.send.data.loss.rate': '0.1',
  'aeron.debug.send.data.loss.seed': '7',
  'aeron.debug.send.control.loss.rate': '0.1',
  'aeron.debug.send.control.loss.seed': '11',
  'aeron.debug.receive.data.loss.rate': '0.1',
  'aeron.debug.receive.data.loss.seed': '13',
  'aeron.debug.receive.control.loss.rate': '0.1',
  'aeron.debug.receive.control.loss.seed': '17',
};
