// SPDX-License-Identifier: Apache-2.0
import { SETUP_SEND_RESPONSE_FLAG } from '@aeron/codecs/internal';
import { ENDPOINT, NetworkScene, namesOf, refusal, SESSION, STREAM } from '../../testing/network-scene.ts';

const RESPONSE = 'aeron:udp?control=127.0.0.1:40300|control-mode=response';
const RESPONSES = 2002;

describe('who asks', () => {
  it('subscribes to no session until it is told which answers', () => {
    const scene = new NetworkScene();
    const { registrationId, endpointId } = scene.subscription(RESPONSE, { streamId: RESPONSES });
    expect(scene.agents.of('add-interest')).toHaveLength(0);
    const { spec } = scene.publication(`${ENDPOINT}|response-correlation-id=${registrationId}`);
    expect(spec.responseCorrelationId).toBe(registrationId);
    const onSetup = () => {
      scene.agents.fromSender({
        ...{ kind: 'response-setup', responseCorrelationId: registrationId, responseSessionId: SESSION },
      });
      scene.driver.settle();
    };
    onSetup();
    expect(scene.agents.last('add-interest')).toMatchObject({
      ...{ endpointId, streamId: RESPONSES, sessionId: SESSION, isResponse: true },
    });
    onSetup(); // its image has not come about yet
    expect(scene.agents.of('add-interest')).toHaveLength(1);
    expect(scene.agents.last('request-setup')).toMatchObject({ endpointId, streamId: RESPONSES, sessionId: SESSION });
    expect(namesOf(scene.setup(endpointId, { streamId: RESPONSES }))).toEqual(['ON_AVAILABLE_IMAGE']);
  });

  it('keeps the end point open while it waits, and no longer', () => {
    const scene = new NetworkScene();
    const waiting = scene.subscription(RESPONSE, { streamId: RESPONSES });
    const bound = scene.subscription(RESPONSE, { streamId: RESPONSES + 1 });
    scene.agents.fromSender({
      ...{ kind: 'response-setup', responseCorrelationId: bound.registrationId, responseSessionId: SESSION },
    });
    scene.driver.settle();
    scene.remove('SUBSCRIPTION', bound.registrationId);
    expect(scene.agents.last('remove-interest')).toMatchObject({ streamId: RESPONSES + 1, sessionId: SESSION });
    expect(scene.agents.of('close-receive-endpoint')).toHaveLength(0);
    scene.remove('SUBSCRIPTION', waiting.registrationId);
    expect(scene.agents.of('remove-interest')).toHaveLength(1);
    expect(scene.agents.of('close-receive-endpoint')).toHaveLength(1);
  });

  it('gets no answer by a subscription that is for something else', () => {
    const scene = new NetworkScene();
    const { registrationId } = scene.subscription();
    for (const responseCorrelationId of [registrationId, 12_345]) {
      scene.agents.fromSender({ kind: 'response-setup', responseCorrelationId, responseSessionId: SESSION });
      scene.driver.settle();
    }
    expect(scene.agents.of('add-interest')).toHaveLength(1);
    expect(scene.agents.of('request-setup')).toHaveLength(0);
  });
});

describe('who answers', () => {
  it('names the image that asked, which learns the session and stops asking when it is connected', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription();
    const { spec } = scene.activeImage(endpointId, { setupFlags: SETUP_SEND_RESPONSE_FLAG });
    expect(spec.isResponseRequested).toBe(true);
    const { correlationId } = spec;
    const channel = `${RESPONSE}|response-correlation-id=${correlationId}`;
    const response = scene.publication(channel, { streamId: RESPONSES });
    expect(response.spec).toMatchObject({ isResponse: true, responseCorrelationId: correlationId });
    expect(scene.agents.last('response-session')).toMatchObject({
      ...{ correlationId, responseSessionId: response.sessionId },
    });
    scene.agents.fromSender({ kind: 'response-connected', responseCorrelationId: correlationId });
    scene.driver.settle();
    expect(scene.agents.last('response-session')).toMatchObject({ correlationId, responseSessionId: undefined });
    expect(scene.publication(channel, { streamId: RESPONSES }).registrationId).toBe(response.registrationId);
  });

  it('has one publication for each image', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription();
    const images = [1, 2].map((sessionId) =>
      scene.activeImage(endpointId, { sessionId, setupFlags: SETUP_SEND_RESPONSE_FLAG }),
    );
    const ids = images.map(
      ({ spec }) =>
        scene.publication(`${RESPONSE}|response-correlation-id=${spec.correlationId}`, { streamId: RESPONSES })
          .registrationId,
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('is refused where nobody asked', () => {
    const scene = new NetworkScene();
    const { endpointId } = scene.subscription();
    const { spec } = scene.activeImage(endpointId);
    const answer = refusal(scene.addPublication(`${RESPONSE}|response-correlation-id=${spec.correlationId}`));
    expect(answer).toMatchObject({ errorCode: 11, message: expect.stringContaining('did not request') });
  });

  it('may hold the end point open with a small log', () => {
    const scene = new NetworkScene();
    const channel = `${RESPONSE}|response-correlation-id=prototype|term-length=1m|mtu=16k`;
    const { spec } = scene.publication(channel, { streamId: STREAM });
    expect(spec).toMatchObject({ termLength: 64 * 1024, mtuLength: 8192, isResponse: true });
    expect(scene.agents.of('response-session')).toHaveLength(0);
  });
});
