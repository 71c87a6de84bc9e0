// SPDX-License-Identifier: Apache-2.0
package interop;

import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteOrder;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Several publishers on one log at full speed: each message carries its publisher and its number there (two ints), then
 * bytes that follow from both.
 */
final class Stress
{
    private static final long DEADLINE_NS = 60_000_000_000L;
    private static final int PREFIX_LENGTH = 8;

    private final Map<String, Publication> publications;
    private final Map<String, Subscription> subscriptions;

    Stress(final Map<String, Publication> publications, final Map<String, Subscription> subscriptions)
    {
        this.publications = publications;
        this.subscriptions = subscriptions;
    }

    void register(final Map<String, Peer.Command> commands)
    {
        commands.put("stress-publish", this::publish);
        commands.put("stress-consume", this::consume);
        commands.put("consume-with-gaps", this::consumeWithGaps);
        commands.put("claim-and-hold", this::claimAndHold);
    }

    /** publication, publisher, count, max length. */
    private String publish(final String[] a)
    {
        final Publication publication = publications.get(a[0]);
        final int publisher = Integer.parseInt(a[1]);
        final int count = Integer.parseInt(a[2]);
        final int maxLength = Integer.parseInt(a[3]);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[maxLength + PREFIX_LENGTH]);
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        for (int number = 0; number < count; number++)
        {
            final int bodyLength = Messages.length(publisher, number, 0, maxLength);
            buffer.putInt(0, publisher, ByteOrder.LITTLE_ENDIAN);
            buffer.putInt(4, number, ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < bodyLength; i++)
            {
                buffer.putByte(PREFIX_LENGTH + i, (byte)(publisher + number * 31 + i * 7));
            }
            long result;
            while ((result = publication.offer(buffer, 0, PREFIX_LENGTH + bodyLength)) < 0)
            {
                if (result == Publication.CLOSED || System.nanoTime() > deadlineNs)
                {
                    throw new IllegalStateException(Publication.errorString(result) + " number=" + number);
                }
                Thread.onSpinWait();
            }
        }
        return "";
    }

    /** subscription, max length, then for each publisher how many to wait for (-1: any); answers how many came. */
    private String consume(final String[] a)
    {
        final Subscription subscription = subscriptions.get(a[0]);
        final int maxLength = Integer.parseInt(a[1]);
        final int publishers = a.length - 2;
        final int[] next = new int[publishers];
        final FragmentAssembler assembler = new FragmentAssembler((buffer, offset, length, header) ->
        {
            final int publisher = buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
            final int number = buffer.getInt(offset + 4, ByteOrder.LITTLE_ENDIAN);
            if (publisher < 0 || publisher >= publishers || number != next[publisher] ||
                length != PREFIX_LENGTH + Messages.length(publisher, number, 0, maxLength) ||
                !Messages.matches(buffer, offset + PREFIX_LENGTH, length - PREFIX_LENGTH, publisher, number))
            {
                throw new IllegalStateException("publisher=" + publisher + " number=" + number + " length=" + length);
            }
            next[publisher]++;
        });
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!complete(a, next))
        {
            if (subscription.poll(assembler, 50) == 0)
            {
                if (System.nanoTime() > deadlineNs)
                {
                    throw new IllegalStateException("received=" + answer(next));
                }
                Thread.onSpinWait();
            }
        }
        return answer(next);
    }

    /** subscription, max length: what comes of publisher 0 until its stream ends; answers how many came. */
    private String consumeWithGaps(final String[] a)
    {
        final Subscription subscription = subscriptions.get(a[0]);
        final int maxLength = Integer.parseInt(a[1]);
        final int[] state = { -1, 0 };
        final FragmentHandler handler = (buffer, offset, length, header) ->
        {
            final int number = buffer.getInt(offset + 4, ByteOrder.LITTLE_ENDIAN);
            if (number <= state[0] || length != PREFIX_LENGTH + Messages.length(0, number, 0, maxLength) ||
                !Messages.matches(buffer, offset + PREFIX_LENGTH, length - PREFIX_LENGTH, 0, number))
            {
                throw new IllegalStateException("after=" + state[0] + " number=" + number + " length=" + length);
            }
            state[0] = number;
            state[1]++;
        };
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (subscription.poll(handler, 50) > 0 ||
            subscription.imageCount() > 0 && !subscription.imageAtIndex(0).isEndOfStream())
        {
            if (System.nanoTime() > deadlineNs)
            {
                throw new IllegalStateException("no end of stream, received=" + state[1]);
            }
        }
        return Integer.toString(state[1]);
    }

    private static boolean complete(final String[] a, final int[] next)
    {
        for (int i = 0; i < next.length; i++)
        {
            if (next[i] < Integer.parseInt(a[i + 2]))
            {
                return false;
            }
        }
        return true;
    }

    private static String answer(final int[] next)
    {
        final StringJoiner joiner = new StringJoiner("\t");
        for (final int count : next)
        {
            joiner.add(Integer.toString(count));
        }
        return joiner.toString();
    }

    /** publication, length: claims and neither commits nor aborts. */
    private String claimAndHold(final String[] a)
    {
        return Long.toString(publications.get(a[0]).tryClaim(Integer.parseInt(a[1]), new BufferClaim()));
    }
}
