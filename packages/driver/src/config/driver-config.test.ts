// SPDX-License-Identifier: Apache-2.0
import { SimulatedWorld } from '@aeron/core/testing';
import { cncFileLength, type DriverOptions, driverSettings, resolveDriverConfig } from './driver-config.ts';
import {
  flowControlGroupTag,
  multicastFlowControlStrategy,
  nameResolverKind,
  receiverGroupTag,
} from './network-rules.ts';

const { host, files } = new SimulatedWorld(5).platform('host', { userName: 'ann' });

function resolve(options: DriverOptions = {}, environment: Record<string, string> = {}) {
  return resolveDriverConfig({ options, environment }, { host, files });
}

describe('the settings of the driver', () => {
  it('have the defaults of the reference', () => {
    expect(resolve()).toMatchObject({
      aeronDirectoryName: '/dev/shm/aeron-ann',
      dirDeleteOnStart: false,
      dirDeleteOnShutdown: false,
      driverTimeoutMs: 10_000,
      conductorBufferLength: 1024 * 1024 + 768,
      toClientsBufferLength: 1024 * 1024 + 128,
      counterValuesBufferLength: 8 * 1024 * 1024,
      errorBufferLength: 4 * 1024 * 1024,
      lossReportBufferLength: 1024 * 1024,
      counterFreeToReuseTimeoutNs: 1e9,
      filePageSize: 4096,
      performStorageChecks: true,
      lowStorageWarningThreshold: 160 * 1024 * 1024,
      ipcTermBufferLength: 64 * 1024 * 1024,
      termBufferSparseFile: true,
      ipcMtuLength: 1408,
      ipcPublicationTermWindowLength: 0,
      publicationLingerTimeoutNs: 5e9,
      publicationUnblockTimeoutNs: 15e9,
      publicationReservedSessionIdLow: -1,
      publicationReservedSessionIdHigh: 1000,
      maxResend: 16,
      imageLivenessTimeoutNs: 10e9,
      untetheredWindowLimitTimeoutNs: 5e9,
      untetheredLingerTimeoutNs: undefined,
      untetheredRestingTimeoutNs: 10e9,
      timerIntervalNs: 1e9,
      clientLivenessTimeoutNs: 10e9,
      conductorCycleThresholdNs: 1e8,
      nameResolverThresholdNs: 5e9,
      terminationValidator: 'deny',
    });
  });

  it('have the defaults of the reference for the network', () => {
    expect(resolve()).toMatchObject({
      publicationTermBufferLength: 16 * 1024 * 1024,
      mtuLength: 1408,
      publicationTermWindowLength: 0,
      publicationConnectionTimeoutNs: 5e9,
      retransmitUnicastDelayNs: 0,
      retransmitUnicastLingerNs: 1e7,
      sendToStatusMessagePollRatio: 6,
      maxMessagesPerSend: 4,
      initialWindowLength: 128 * 1024,
      statusMessageTimeoutNs: 2e8,
      receiverGroupConsideration: 'infer',
      receiverGroupTag: undefined,
      streamSessionLimit: 2147483647,
      nakUnicastDelayNs: 1000,
      nakUnicastRetryDelayRatio: 100,
      nakMulticastGroupSize: 10,
      nakMulticastMaxBackoffNs: 1e7,
      flowControlGroupTag: undefined,
      flowControlGroupMinSize: 0,
      flowControlReceiverTimeoutNs: 5e9,
      unicastFlowControlRetransmitReceiverWindowMultiple: 16,
      multicastFlowControlRetransmitReceiverWindowMultiple: 4,
      congestionControlSupplier: 'default',
      cubicMeasureRtt: false,
      cubicInitialRttNs: 100_000,
      cubicTcpMode: false,
      socketReceiveBufferLength: 128 * 1024,
      socketSendBufferLength: 0,
      socketMulticastTtl: 0,
      senderWildcardPortRange: undefined,
      isUnicastConnected: true,
      receiverIoVectorCapacity: 4,
      resolverName: undefined,
      resolverInterface: undefined,
      resolverBootstrapNeighbor: [],
      resolverNeighborTimeoutNs: 10e9,
      resolverSelfResolutionIntervalNs: 1e9,
      resolverNeighborResolutionIntervalNs: 2e9,
      resolverBootstrapNeighborResolutionIntervalNs: 10e9,
      reResolutionCheckIntervalNs: 1e9,
      debugSendDataLossRate: 0,
      debugSendDataLossSeed: -1,
    });
    expect(flowControlGroupTag(resolve())).toBe(-1n);
    expect(multicastFlowControlStrategy(resolve())).toBe('max');
    expect(nameResolverKind(resolve())).toBe('default');
  });

  it('take the names of classes and symbols of the reference', () => {
    const config = resolve(
      {},
      {
        AERON_MULTICAST_FLOWCONTROL_SUPPLIER: 'aeron_min_flow_control_strategy_supplier',
        AERON_UNICAST_FLOW_CONTROL_STRATEGY: 'io.aeron.driver.UnicastFlowControl',
        AERON_CONGESTIONCONTROL_SUPPLIER: 'io.aeron.driver.ext.CubicCongestionControlSupplier',
        AERON_CUBICCONGESTIONCONTROL_MEASURERTT: 'true',
        AERON_DRIVER_CONNECT: 'false',
        AERON_RECEIVECHANNELENDPOINT_SUPPLIER: 'io.aeron.driver.ext.DebugReceiveChannelEndpointSupplier',
        AERON_DEBUG_RECEIVE_DATA_LOSS_RATE: '0.25',
      },
    );
    expect(config).toMatchObject({
      congestionControlSupplier: 'cubic',
      cubicMeasureRtt: true,
      isUnicastConnected: false,
      receiveChannelEndpointSupplier: 'debug',
      debugReceiveDataLossRate: 0.25,
    });
    expect(multicastFlowControlStrategy(config)).toBe('min');
    expect(multicastFlowControlStrategy(resolve({ multicastFlowControlStrategy: 'tagged' }))).toBe('tagged');
  });

  it('read group tags written as bytes where no tag is given', () => {
    const asf = {
      applicationSpecificFeedback: '0102030405060708',
      preferredMulticastFlowControlAsf: 'FFFFFFFFFFFFFF7F',
    };
    expect(receiverGroupTag(resolve(asf))).toBe(0x0807060504030201n);
    expect(receiverGroupTag(resolve({ ...asf, receiverGroupTag: 5 }))).toBe(5n);
    expect(receiverGroupTag(resolve({ applicationSpecificFeedback: '' }))).toBeUndefined();
    expect(flowControlGroupTag(resolve(asf))).toBe(2n ** 63n - 1n);
    expect(flowControlGroupTag(resolve({ ...asf, flowControlGroupTag: -9n }))).toBe(-9n);
  });

  it('ask for gossip where an interface for it is given', () => {
    const gossip = { resolverInterface: '0.0.0.0:8050', resolverName: 'A' };
    expect(nameResolverKind(resolve(gossip))).toBe('driver');
    expect(
      nameResolverKind(resolve({ ...gossip, nameResolverSupplier: 'csv_table', nameResolverInitArgs: 'a,b,c' })),
    ).toBe('csv_table');
  });

  it('make a CnC file of the length of the reference', () => {
    expect(cncFileLength(resolve())).toBe(48_238_592);
  });

  it('are all found under the names of the reference', () => {
    const properties = Object.values(driverSettings.rows).map((row) => row.property);
    expect(properties.every((name) => name?.startsWith('aeron.'))).toBe(true);
    expect(new Set(properties).size).toBe(properties.length);
  });

  it('keep the irregular environment name of the name resolver threshold', () => {
    expect(resolve({}, { AERON_DRIVER_NAME_RESOLVER_THRESHOLD: '2s' }).nameResolverThresholdNs).toBe(2e9);
    expect(resolve({}, { AERON_NAME_RESOLVER_THRESHOLD: '2s' }).nameResolverThresholdNs).toBe(5e9);
  });

  it('make the directory absolute', () => {
    expect(resolve({ aeronDirectoryName: '/dev/shm/../shm/x/' }).aeronDirectoryName).toBe('/dev/shm/x');
  });

  it.each([
    ['publicationUnblockTimeoutNs', '10s', 'aeron.publication.unblock.timeout=10s must be more than'],
    ['clientLivenessTimeoutNs', '1s', 'aeron.client.liveness.timeout=1s must be more than aeron.timer.interval=1s'],
    ['untetheredWindowLimitTimeoutNs', '1s', 'aeron.untethered.window.limit.timeout=1s must be more than'],
    ['untetheredLingerTimeoutNs', '500ms', 'aeron.untethered.linger.timeout=500ms must be more than'],
    ['untetheredRestingTimeoutNs', '1s', 'aeron.untethered.resting.timeout=1s must be more than'],
    ['publicationReservedSessionIdLow', 2000, 'low=2000 is above high=1000'],
    ['publicationReservedSessionIdLow', -(2 ** 31), 'leaves too few session ids'],
    ['conductorBufferLength', '1m', 'less than 1049344'],
    ['conductorBufferLength', '1049352', 'not a power of two plus 768'],
    ['toClientsBufferLength', '1050000', 'not a power of two plus 128'],
    ['conductorBufferLength', 1024 ** 3 + 768, undefined],
    ['counterValuesBufferLength', '512k', 'less than 1m'],
    ['counterValuesBufferLength', 1024 * 1024 + 64, 'not a multiple of the 128 bytes of one counter'],
    ['filePageSize', '6k', 'not a power of two'],
    ['ipcTermBufferLength', '100k', 'not a power of two'],
    ['ipcTermBufferLength', '32k', 'less than 64k'],
    ['ipcMtuLength', 32, 'not more than the 32 bytes'],
    ['ipcMtuLength', 1400, 'not a multiple of 32'],
    ['ipcMtuLength', 65536, 'more than 65504'],
    ['maxResend', 257, 'more than 256'],
    ['threadingMode', 'SINGLE', 'expected one of DEDICATED, SHARED_NETWORK, SHARED, INVOKER'],
    ['senderIdleStrategy', 'lazy', 'expected one of'],
    ['mtuLength', 1400, 'not a multiple of 32'],
    ['mtuLength', 65536, 'more than 65504'],
    ['initialWindowLength', '1k', 'aeron.mtu.length=1408 must not exceed aeron.rcv.initial.window.length=1k'],
    ['initialWindowLength', 1408, undefined],
    ['resolverBootstrapNeighbor', Array.from({ length: 20 }, (_, i) => `h${i}:1`), undefined],
    ['publicationTermBufferLength', '100k', 'not a power of two'],
    ['nakUnicastDelayNs', 999, 'less than 1us'],
    ['nakUnicastRetryDelayRatio', 0, 'less than 1'],
    ['statusMessageTimeoutNs', 0, 'less than 1ns'],
    ['receiverGroupConsideration', 'maybe', 'expected one of infer, true, false'],
    ['applicationSpecificFeedback', '0102', 'expected 16 hexadecimal digits'],
    ['socketMulticastTtl', 256, 'more than 255'],
    ['socketReceiveBufferLength', '2g', 'more than'],
    ['senderWildcardPortRange', '20700', 'expected two ports'],
    ['senderWildcardPortRange', '20700 70000', 'a port is above 65535'],
    ['receiverWildcardPortRange', '20800 20700', 'the first port is above the last'],
    ['receiverWildcardPortRange', '20700   20800', undefined],
    ['receiverIoVectorCapacity', 17, 'more than 16'],
    ['debugSendDataLossRate', 1.5, 'more than 1'],
    ['debugSendDataLossRate', Number.NaN, 'expected a number'],
    ['resolverInterface', 'localhost:8050', 'aeron.driver.resolver.name is required'],
    ['resolverInterface', 'localhost', 'expected host:port'],
    ['resolverInterface', '[::1]:70000', 'expected host:port'],
    ['nameResolverSupplier', 'driver', 'driver needs aeron.driver.resolver.interface'],
    ['nameResolverSupplier', 'csv_table', 'csv_table needs aeron.name.resolver.init.args'],
    [
      'resolverBootstrapNeighbor',
      ['just-a-name'],
      'expected host:port: aeron.driver.resolver.bootstrap.neighbor=just-a-name',
    ],
    ['resolverBootstrapNeighbor', Array.from({ length: 21 }, (_, i) => `h${i}:1`), '21 neighbours, at most 20'],
    ['sharedIdleStrategy', 'lazy', 'expected one of'],
    ['sharedIdleStrategyInitArgs', '1-2-3', 'malformed init arguments of backoff'],
  ])('check %s=%s', (key, value, problem) => {
    const work = () => resolve({ [key]: value } as DriverOptions);
    if (problem === undefined) {
      expect(work).not.toThrow();
    } else {
      expect(work).toThrow(problem);
    }
  });

  it('refuse a NAK retry delay that no int64 could hold', () => {
    const options = { nakUnicastDelayNs: 2000, nakUnicastRetryDelayRatio: 2 ** 53 - 1 };
    expect(() => resolve(options)).toThrow('is no 64-bit number');
  });

  it('refuse a CnC file that no int32 could measure', () => {
    const options = { conductorBufferLength: 1024 ** 3 + 768, toClientsBufferLength: 1024 ** 3 + 128 };
    expect(() => resolve(options)).toThrow('the CnC file would be');
  });
});
