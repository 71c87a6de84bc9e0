// SPDX-License-Identifier: Apache-2.0
package interop;

import io.aeron.ControlledFragmentAssembler;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.protocol.DataHeaderFlyweight;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.ToIntBiFunction;

/** The ways to consume other than {@code poll}; each checks length and content of each message. */
final class ConsumeKinds
{
    private static final long DEADLINE_NS = 60_000_000_000L;

    private final Map<String, Subscription> subscriptions;
    private int index;
    private int minLength;
    private int maxLength;
    private int seed;
    private int calls;

    ConsumeKinds(final Map<String, Subscription> subscriptions)
    {
        this.subscriptions = subscriptions;
    }

    void register(final Map<String, Peer.Command> commands)
    {
        commands.put("consume-by", this::consumeBy);
    }

    /** subscription, way, first index, count, min length, max length, seed. */
    private String consumeBy(final String[] a)
    {
        final Subscription subscription = subscriptions.get(a[0]);
        index = Integer.parseInt(a[2]);
        final int end = index + Integer.parseInt(a[3]);
        minLength = Integer.parseInt(a[4]);
        maxLength = Integer.parseInt(a[5]);
        seed = Integer.parseInt(a[6]);
        final IntSupplier step = step(subscription, a[1]);
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (index < end)
        {
            if (step.getAsInt() == 0)
            {
                if (System.nanoTime() > deadlineNs)
                {
                    throw new IllegalStateException("index=" + index + " of=" + end);
                }
                Thread.onSpinWait();
            }
        }
        return "";
    }

    private IntSupplier step(final Subscription subscription, final String way)
    {
        switch (way)
        {
            case "controlled":
                return controlled(subscription);
            case "bounded":
                return bounded(subscription,
                    (image, limit) -> image.boundedPoll(
                        (buffer, offset, length, header) -> check(buffer, offset, length), limit, 10));
            case "bounded-controlled":
                return bounded(subscription,
                    (image, limit) -> image.boundedControlledPoll(
                        (buffer, offset, length, header) -> checkControlled(buffer, offset, length), limit, 10));
            case "raw":
                return () -> subscription.imageCount() == 0 ? 0 : (int)subscription.rawPoll(
                    (file, fileOffset, termBuffer, termOffset, length, sessionId, termId) ->
                        checkBlock(read(file, fileOffset, length), 0, length), 8192);
            case "block":
                return () -> subscription.imageCount() == 0 ? 0 : (int)subscription.blockPoll(
                    (buffer, offset, length, sessionId, termId) -> checkBlock(buffer, offset, length), 8192);
            default:
                throw new IllegalArgumentException(way);
        }
    }

    /** Aborts every third delivery once, breaks and commits in turn. */
    private IntSupplier controlled(final Subscription subscription)
    {
        final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(
            (buffer, offset, length, header) -> checkControlled(buffer, offset, length));
        return () -> subscription.controlledPoll(assembler, 10);
    }

    private ControlledFragmentHandler.Action checkControlled(
        final DirectBuffer buffer, final int offset, final int length)
    {
        if (++calls % 3 == 0)
        {
            return ControlledFragmentHandler.Action.ABORT;
        }
        check(buffer, offset, length);
        return calls % 3 == 1 ? ControlledFragmentHandler.Action.COMMIT : ControlledFragmentHandler.Action.BREAK;
    }

    /** From the log file itself, at the place that the client tells. */
    private static DirectBuffer read(final FileChannel file, final long fileOffset, final int length)
    {
        final ByteBuffer block = ByteBuffer.allocate(length);
        try
        {
            while (block.hasRemaining() && file.read(block, fileOffset + block.position()) > 0)
            {
                Thread.onSpinWait();
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        return new UnsafeBuffer(block.array());
    }

    private IntSupplier bounded(final Subscription subscription, final ToIntBiFunction<Image, Long> poll)
    {
        return () ->
        {
            if (subscription.imageCount() == 0)
            {
                return 0;
            }
            final Image image = subscription.imageAtIndex(0);
            final long limit = image.position() + 4096;
            final int fragments = poll.applyAsInt(image, limit);
            if (image.position() > limit + maxLength + 64)
            {
                throw new IllegalStateException("position=" + image.position() + " limit=" + limit);
            }
            return fragments;
        };
    }

    private void checkBlock(final DirectBuffer buffer, final int offset, final int length)
    {
        int at = offset;
        while (at < offset + length)
        {
            final int frameLength = buffer.getInt(at);
            if ((buffer.getShort(at + 6) & 0xFFFF) == DataHeaderFlyweight.HDR_TYPE_DATA)
            {
                check(buffer, at + DataHeaderFlyweight.HEADER_LENGTH, frameLength - DataHeaderFlyweight.HEADER_LENGTH);
            }
            at += BitUtil.align(frameLength, 32);
        }
    }

    private void check(final DirectBuffer buffer, final int offset, final int length)
    {
        if (length != Messages.length(seed, index, minLength, maxLength) ||
            !Messages.matches(buffer, offset, length, seed, index))
        {
            throw new IllegalStateException("message index=" + index + " length=" + length + " differs");
        }
        index++;
    }
}
