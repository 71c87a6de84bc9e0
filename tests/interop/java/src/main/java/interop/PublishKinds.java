// SPDX-License-Identifier: Apache-2.0
package interop;

import io.aeron.DirectBufferVector;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.protocol.DataHeaderFlyweight;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.IntToLongFunction;

/** The ways to publish other than one buffer by {@code offer}. */
final class PublishKinds
{
    private static final long DEADLINE_NS = 60_000_000_000L;

    private final Map<String, Publication> publications;
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[1024 * 1024]);
    private final UnsafeBuffer block = new UnsafeBuffer(
        ByteBuffer.allocateDirect(64 * 1024));

    PublishKinds(final Map<String, Publication> publications)
    {
        this.publications = publications;
    }

    void register(final Map<String, Peer.Command> commands)
    {
        commands.put("publish-by", this::publishBy);
    }

    /** publication, way, first index, count, min length, max length, seed. */
    private String publishBy(final String[] a)
    {
        final Publication publication = publications.get(a[0]);
        final int first = Integer.parseInt(a[2]);
        final int count = Integer.parseInt(a[3]);
        final int minLength = Integer.parseInt(a[4]);
        final int maxLength = Integer.parseInt(a[5]);
        final int seed = Integer.parseInt(a[6]);
        final IntToLongFunction offer = switch (a[1])
        {
            case "claim" -> (length) -> claim(publication, length);
            case "vector" -> (length) -> vector(publication, length);
            case "padded" -> (length) -> padded((ExclusivePublication)publication, length);
            case "block" -> (length) -> block((ExclusivePublication)publication, length);
            default -> throw new IllegalArgumentException(a[1]);
        };
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        for (int index = first; index < first + count; index++)
        {
            final int length = Messages.length(seed, index, minLength, maxLength);
            Messages.fill(scratch, length, seed, index);
            long result;
            while ((result = offer.applyAsLong(length)) < 0)
            {
                if (result == Publication.CLOSED || System.nanoTime() > deadlineNs)
                {
                    throw new IllegalStateException(a[1] + " " + Publication.errorString(result) + " index=" + index);
                }
                Thread.onSpinWait();
            }
        }
        return "";
    }

    private long claim(final Publication publication, final int length)
    {
        final BufferClaim claim = new BufferClaim();
        final long result = publication.tryClaim(length, claim);
        if (result > 0)
        {
            claim.buffer().putBytes(claim.offset(), scratch, 0, length);
            claim.commit();
        }
        return result;
    }

    private long vector(final Publication publication, final int length)
    {
        final int half = length / 2;
        return publication.offer(new DirectBufferVector[]{
            new DirectBufferVector(scratch, 0, half),
            new DirectBufferVector(scratch, half, 0),
            new DirectBufferVector(scratch, half, length - half) }, null);
    }

    private long padded(final ExclusivePublication publication, final int length)
    {
        final long result = publication.offer(scratch, 0, length);
        if (result > 0)
        {
            long padded;
            do
            {
                padded = publication.appendPadding(length % 512);
            }
            while (padded == Publication.ADMIN_ACTION || padded == Publication.BACK_PRESSURED);
        }
        return result;
    }

    private long block(final ExclusivePublication publication, final int length)
    {
        final int frameLength = DataHeaderFlyweight.HEADER_LENGTH + length;
        final int alignedLength = BitUtil.align(frameLength, 32);
        if (publication.termOffset() < publication.termBufferLength() &&
            publication.termOffset() + alignedLength > publication.termBufferLength())
        {
            final long result = publication.appendPadding(
                publication.termBufferLength() - publication.termOffset() - DataHeaderFlyweight.HEADER_LENGTH);
            return result > 0 ? Publication.ADMIN_ACTION : result;
        }
        final int termOffset = publication.termOffset();
        final boolean atEnd = termOffset == publication.termBufferLength();
        final DataHeaderFlyweight header = new DataHeaderFlyweight();
        header.wrap(block, 0, DataHeaderFlyweight.HEADER_LENGTH);
        header
            .termOffset(atEnd ? 0 : termOffset)
            .termId(atEnd ? publication.termId() + 1 : publication.termId())
            .sessionId(publication.sessionId())
            .streamId(publication.streamId())
            .reservedValue(0);
        header.version((short)0).flags((short)0xC0).headerType(DataHeaderFlyweight.HDR_TYPE_DATA)
            .frameLength(frameLength);
        block.putBytes(DataHeaderFlyweight.HEADER_LENGTH, scratch, 0, length);
        return publication.offerBlock(block, 0, alignedLength);
    }
}
