// SPDX-License-Identifier: Apache-2.0
package interop;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.ConcurrentPublication;
import io.aeron.Counter;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Image;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CopyOnWriteArrayList;

/** The reference's client, its resources named by the test. */
final class ClientSide implements AutoCloseable
{
    private static final long DEADLINE_NS = 60_000_000_000L;

    private final Map<String, Publication> publications = new HashMap<>();
    private final Map<String, Subscription> subscriptions = new HashMap<>();
    private final Map<String, Counter> counters = new HashMap<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[16 * 1024 * 1024]);
    private Aeron aeron;

    void register(final Map<String, Peer.Command> commands)
    {
        commands.put("connect", this::connect);
        commands.put("close", (a) -> closeClient());
        commands.put("add-publication", (a) -> added(a[0], aeron.addPublication(a[1], Integer.parseInt(a[2]))));
        commands.put("add-exclusive", (a) -> added(a[0], aeron.addExclusivePublication(a[1], Integer.parseInt(a[2]))));
        commands.put("close-publication", (a) -> closed(publications.remove(a[0])));
        commands.put("revoke", (a) -> revoke(a[0]));
        commands.put("add-destination", (a) -> addDestination(publications.get(a[0]), a[1]));
        commands.put("describe-publication", (a) -> describe(publications.get(a[0])));
        commands.put("offer", (a) -> offer(publications.get(a[0]), HexFormat.of().parseHex(a[1])));
        commands.put("claim", (a) -> claim(publications.get(a[0]), HexFormat.of().parseHex(a[1]), a[2]));
        commands.put("publish", this::publish);
        commands.put("add-subscription", this::addSubscription);
        commands.put("close-subscription", (a) -> closed(subscriptions.remove(a[0])));
        commands.put("images", (a) -> images(subscriptions.get(a[0])));
        commands.put("await-images", (a) -> awaitImages(subscriptions.get(a[0]), Integer.parseInt(a[1])));
        commands.put("await-connected", (a) -> awaitConnected(publications.get(a[0])));
        commands.put("poll", (a) -> poll(subscriptions.get(a[0]), Integer.parseInt(a[1])));
        commands.put("consume", this::consume);
        commands.put("reject", (a) -> reject(subscriptions.get(a[0]), a[1]));
        commands.put("add-counter", (a) -> addCounter(a));
        commands.put("add-static-counter", (a) -> addStaticCounter(a));
        commands.put("set-counter", (a) -> setCounter(counters.get(a[0]), Long.parseLong(a[1])));
        commands.put("close-counter", (a) -> closed(counters.remove(a[0])));
        commands.put("counters", (a) -> listCounters());
        commands.put("next-session-id", (a) -> Integer.toString(Newer.nextSessionId(aeron, Integer.parseInt(a[0]))));
        commands.put("events", (a) -> String.join("\t", events));
        commands.put("images-of", (a) -> imageFacts(subscriptions.get(a[0])));
        commands.put("remove-destination", (a) -> removeDestination(publications.get(a[0]), a[1]));
        commands.put("add-receive-destination", (a) -> addReceiveDestination(subscriptions.get(a[0]), a[1]));
        commands.put("remove-receive-destination", (a) -> removeReceiveDestination(subscriptions.get(a[0]), a[1]));
        commands.put("resolved-endpoint", (a) -> text(subscriptions.get(a[0]).resolvedEndpoint()));
        commands.put("try-resolve", (a) -> text(subscriptions.get(a[0]).tryResolveChannelEndpointPort()));
        commands.put("terminate-driver", (a) -> terminateDriver(a[0], a[1]));
        new PublishKinds(publications).register(commands);
        new ConsumeKinds(subscriptions).register(commands);
        new Stress(publications, subscriptions).register(commands);
        new AsyncKinds(() -> aeron, publications, subscriptions, counters).register(commands);
    }

    private String connect(final String[] arguments)
    {
        final Aeron.Context context = new Aeron.Context()
            .aeronDirectoryName(arguments[0])
            .driverTimeoutMs(Long.parseLong(arguments[1]))
            .availableCounterHandler((reader, registrationId, id) -> events.add("counter-available " + id))
            .unavailableCounterHandler((reader, registrationId, id) -> events.add("counter-unavailable " + id))
            .closeHandler(() -> events.add("closed"))
            .errorHandler((ex) -> events.add("error " + ex.getClass().getSimpleName()))
            .availableImageHandler((image) -> events.add("available " + image.sessionId()))
            .unavailableImageHandler((image) -> events.add("unavailable " + image.sessionId()));
        Newer.publicationErrors(context, events::add);
        aeron = Aeron.connect(context);
        return Long.toString(aeron.clientId());
    }

    private String closeClient()
    {
        close();
        return "";
    }

    private String added(final String name, final Publication publication)
    {
        publications.put(name, publication);
        return publication.registrationId() + "\t" + publication.sessionId();
    }

    private static String closed(final AutoCloseable resource) throws Exception
    {
        resource.close();
        return "";
    }

    private String revoke(final String name)
    {
        Newer.revoke((ExclusivePublication)publications.remove(name));
        return "";
    }

    private static String addDestination(final Publication publication, final String channel)
    {
        publication.addDestination(channel);
        return "";
    }

    private static String describe(final Publication publication)
    {
        return String.join("\t",
            Long.toString(publication.position()),
            Long.toString(publication.positionLimit()),
            Integer.toString(publication.termBufferLength()),
            Integer.toString(publication.maxPayloadLength()),
            Integer.toString(publication.maxMessageLength()),
            Integer.toString(publication.initialTermId()),
            Boolean.toString(publication.isConnected()),
            Boolean.toString(publication instanceof ConcurrentPublication),
            Long.toString(publication.channelStatus()));
    }

    private String offer(final Publication publication, final byte[] message)
    {
        return Long.toString(publication.offer(new UnsafeBuffer(message)));
    }

    private static String claim(final Publication publication, final byte[] message, final String end)
    {
        final BufferClaim claim = new BufferClaim();
        final long position = publication.tryClaim(message.length, claim);
        if (position > 0)
        {
            claim.buffer().putBytes(claim.offset(), message);
            claim.reservedValue(0x0123456789ABCDEFL);
            switch (end)
            {
                case "commit" -> claim.commit();
                case "abort" -> claim.abort();
                default -> { }
            }
        }
        return Long.toString(position);
    }

    /** publication, first index, count, min length, max length, seed; answers the last position. */
    private String publish(final String[] a)
    {
        final Publication publication = publications.get(a[0]);
        final int first = Integer.parseInt(a[1]);
        final int count = Integer.parseInt(a[2]);
        final int minLength = Integer.parseInt(a[3]);
        final int maxLength = Integer.parseInt(a[4]);
        final int seed = Integer.parseInt(a[5]);
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        long position = 0;
        for (int index = first; index < first + count; index++)
        {
            final int length = Messages.length(seed, index, minLength, maxLength);
            Messages.fill(scratch, length, seed, index);
            while ((position = publication.offer(scratch, 0, length)) < 0)
            {
                if (position == Publication.CLOSED || position == Publication.MAX_POSITION_EXCEEDED ||
                    System.nanoTime() > deadlineNs)
                {
                    throw new IllegalStateException(
                        "offer " + Publication.errorString(position) + " index=" + index);
                }
                Thread.onSpinWait();
            }
        }
        return Long.toString(position);
    }

    private String addSubscription(final String[] a)
    {
        final Subscription subscription = aeron.addSubscription(a[1], Integer.parseInt(a[2]));
        subscriptions.put(a[0], subscription);
        return Long.toString(subscription.registrationId());
    }

    private static String images(final Subscription subscription)
    {
        final StringJoiner joiner = new StringJoiner("\t");
        for (final Image image : subscription.images())
        {
            joiner.add(image.sessionId() + " " + image.joinPosition() + " " + image.position() + " " +
                image.isEndOfStream() + " " + image.sourceIdentity());
        }
        return joiner.toString();
    }

    private static String awaitImages(final Subscription subscription, final int count) throws InterruptedException
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (subscription.imageCount() != count)
        {
            if (System.nanoTime() > deadlineNs)
            {
                throw new IllegalStateException("imageCount=" + subscription.imageCount());
            }
            Thread.sleep(1);
        }
        return images(subscription);
    }

    private static String awaitConnected(final Publication publication) throws InterruptedException
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!publication.isConnected())
        {
            if (System.nanoTime() > deadlineNs)
            {
                throw new IllegalStateException("not connected");
            }
            Thread.sleep(1);
        }
        return "";
    }

    private static String poll(final Subscription subscription, final int limit)
    {
        final StringJoiner joiner = new StringJoiner("\t");
        subscription.poll((buffer, offset, length, header) ->
        {
            final byte[] bytes = new byte[length];
            buffer.getBytes(offset, bytes);
            joiner.add(header.sessionId() + " " + header.termId() + " " + header.termOffset() + " " +
                (header.flags() & 0xFF) + " " + header.reservedValue() + " " + header.position() + " " +
                HexFormat.of().formatHex(bytes));
        }, limit);
        return joiner.toString();
    }

    /** subscription, first index, count, min length, max length, seed: reassembles and checks each message. */
    private String consume(final String[] a)
    {
        final Subscription subscription = subscriptions.get(a[0]);
        final int first = Integer.parseInt(a[1]);
        final int count = Integer.parseInt(a[2]);
        final int minLength = Integer.parseInt(a[3]);
        final int maxLength = Integer.parseInt(a[4]);
        final int seed = Integer.parseInt(a[5]);
        final int[] index = { first };
        final FragmentAssembler assembler = new FragmentAssembler((buffer, offset, length, header) ->
        {
            if (length != Messages.length(seed, index[0], minLength, maxLength) ||
                !Messages.matches(buffer, offset, length, seed, index[0]))
            {
                throw new IllegalStateException("message index=" + index[0] + " length=" + length + " differs");
            }
            index[0]++;
        });
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (index[0] < first + count)
        {
            if (subscription.poll(assembler, 10) == 0)
            {
                if (System.nanoTime() > deadlineNs)
                {
                    throw new IllegalStateException("received=" + (index[0] - first) + " of=" + count);
                }
                Thread.onSpinWait();
            }
        }
        return Integer.toString(index[0] - first);
    }

    private static String reject(final Subscription subscription, final String reason)
    {
        Newer.reject(subscription.imageAtIndex(0), reason);
        return "";
    }

    private String addCounter(final String[] a)
    {
        final Counter counter = aeron.addCounter(Integer.parseInt(a[1]), a[2]);
        counters.put(a[0], counter);
        return counter.registrationId() + "\t" + counter.id();
    }

    private String addStaticCounter(final String[] a)
    {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final int labelLength = buffer.putStringWithoutLengthAscii(0, a[2]);
        final Counter counter = Newer.addStaticCounter(
            aeron, Integer.parseInt(a[1]), buffer, 0, 0, buffer, 0, labelLength, Long.parseLong(a[3]));
        counters.put(a[0], counter);
        return counter.registrationId() + "\t" + counter.id();
    }

    private static String setCounter(final Counter counter, final long value)
    {
        counter.set(value);
        return "";
    }

    private String listCounters()
    {
        final StringJoiner joiner = new StringJoiner("\t");
        final CountersReader reader = aeron.countersReader();
        reader.forEach((counterId, typeId, keyBuffer, label) ->
            joiner.add(counterId + " " + typeId + " " + reader.getCounterValue(counterId) + " " + label));
        return joiner.toString();
    }

    private static String removeDestination(final Publication publication, final String channel)
    {
        publication.removeDestination(channel);
        return "";
    }

    private static String addReceiveDestination(final Subscription subscription, final String channel)
    {
        subscription.addDestination(channel);
        return "";
    }

    private static String removeReceiveDestination(final Subscription subscription, final String channel)
    {
        subscription.removeDestination(channel);
        return "";
    }

    private static String text(final String value)
    {
        return value == null ? "" : value;
    }

    /** session, correlation id, join position, position, end of stream, active transports, source; one image a value. */
    private static String imageFacts(final Subscription subscription)
    {
        final StringJoiner joiner = new StringJoiner("\t");
        for (final Image image : subscription.images())
        {
            joiner.add(image.sessionId() + " " + image.correlationId() + " " + image.joinPosition() + " " +
                image.position() + " " + image.isEndOfStream() + " " + image.activeTransportCount() + " " +
                image.sourceIdentity());
        }
        return joiner.toString();
    }

    private static String terminateDriver(final String directory, final String token)
    {
        final byte[] bytes = token.getBytes(StandardCharsets.US_ASCII);
        return Boolean.toString(CommonContext.requestDriverTermination(
            new File(directory), new UnsafeBuffer(bytes), 0, bytes.length));
    }

    public void close()
    {
        if (aeron != null)
        {
            aeron.close();
            aeron = null;
        }
        publications.clear();
        subscriptions.clear();
        counters.clear();
    }
}
