// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;
import io.aeron.DirectBufferVector;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** The ways to send a message that are measured. */
interface Batch
{
    /** Tries to send so many messages, and stops early at the first that it can't. @return how many it could. */
    int send(int attempts);

    static Publication addPublication(final Aeron aeron, final Arguments arguments, final String channel)
    {
        final int streamId = arguments.integer("stream");
        return arguments.text("kind").startsWith("exclusive") ?
            aeron.addExclusivePublication(channel, streamId) : aeron.addPublication(channel, streamId);
    }

    static Batch of(final Publication publication, final Arguments arguments)
    {
        final int length = arguments.integer("length");
        return switch (arguments.text("kind"))
        {
            case "offer" -> offers(publication, length);
            case "exclusive" -> exclusiveOffers((ExclusivePublication)publication, length);
            case "claim" -> claims(publication, length);
            case "vectored" -> vectors(publication, length);
            default -> throw new IllegalArgumentException(arguments.text("kind"));
        };
    }

    static UnsafeBuffer message(final int length)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, 64));
    }

    private static Batch offers(final Publication publication, final int length)
    {
        final UnsafeBuffer message = message(length);
        return (attempts) ->
        {
            int sent = 0;
            while (sent < attempts && publication.offer(message, 0, length) > 0)
            {
                sent++;
            }
            return sent;
        };
    }

    private static Batch exclusiveOffers(final ExclusivePublication publication, final int length)
    {
        final UnsafeBuffer message = message(length);
        return (attempts) ->
        {
            int sent = 0;
            while (sent < attempts && publication.offer(message, 0, length) > 0)
            {
                sent++;
            }
            return sent;
        };
    }

    private static Batch claims(final Publication publication, final int length)
    {
        final BufferClaim claim = new BufferClaim();
        return (attempts) ->
        {
            int sent = 0;
            while (sent < attempts && publication.tryClaim(length, claim) > 0)
            {
                claim.buffer().putInt(claim.offset(), sent);
                claim.commit();
                sent++;
            }
            return sent;
        };
    }

    /** A head of 8 bytes and the rest. */
    private static Batch vectors(final Publication publication, final int length)
    {
        final UnsafeBuffer message = message(length);
        final DirectBufferVector[] parts =
            { new DirectBufferVector(message, 0, 8), new DirectBufferVector(message, 8, length - 8) };
        return (attempts) ->
        {
            int sent = 0;
            while (sent < attempts && publication.offer(parts, null) > 0)
            {
                sent++;
            }
            return sent;
        };
    }
}
