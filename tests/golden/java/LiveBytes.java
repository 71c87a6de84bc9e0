// SPDX-License-Identifier: Apache-2.0
/*
 * Prints what a running driver of the reference and its client leave in memory, for live.test.ts:
 *   java --add-opens java.base/jdk.internal.misc=ALL-UNNAMED --add-opens java.base/sun.nio.ch=ALL-UNNAMED \
 *     -cp aeron-all-1.51.0.jar LiveBytes.java > live.golden.json
 * A row is "<length> <offset>:<hex> ...": the stretches that are not zero.
 */

import io.aeron.Aeron;
import io.aeron.AeronCounters;
import io.aeron.AeronVersion;
import io.aeron.CommonContext;
import io.aeron.DirectBufferVector;
import io.aeron.ExclusivePublication;
import io.aeron.LogBuffers;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.protocol.DataHeaderFlyweight;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

public class LiveBytes
{
    private static final int LINE_LENGTH = 16;
    private static final int RESOLVER_PORT = 48177;
    private static final List<String> ROWS = new ArrayList<>();

    public static void main(final String[] args) throws Exception
    {
        ROWS.add("  \"reference\": \"" + AeronVersion.VERSION + "\"");
        resolverCounters();
        terms();
        System.out.println("{\n" + String.join(",\n", ROWS) + "\n}");
    }

    private static void row(final String name, final UnsafeBuffer buffer)
    {
        final StringBuilder text = new StringBuilder().append(buffer.capacity());
        for (int at = 0; at < buffer.capacity();)
        {
            int end = at;
            while (end < buffer.capacity() && !isZero(buffer, end))
            {
                end += LINE_LENGTH;
            }
            if (end > at)
            {
                text.append(' ').append(at).append(':');
                for (int i = at; i < end; i++)
                {
                    text.append(String.format("%02x", buffer.getByte(i)));
                }
                at = end;
            }
            else
            {
                at += LINE_LENGTH;
            }
        }
        ROWS.add("  \"" + name + "\": \"" + text + "\"");
    }

    private static boolean isZero(final UnsafeBuffer buffer, final int at)
    {
        for (int i = at; i < at + LINE_LENGTH; i++)
        {
            if (buffer.getByte(i) != 0)
            {
                return false;
            }
        }
        return true;
    }

    private static MediaDriver.Context driver()
    {
        return new MediaDriver.Context()
            .aeronDirectoryName(CommonContext.generateRandomDirName())
            .dirDeleteOnShutdown(true);
    }

    private static void resolverCounters()
    {
        final String address = "127.0.0.1:" + RESOLVER_PORT;
        try (MediaDriver driver = MediaDriver.launch(driver()
            .threadingMode(ThreadingMode.INVOKER)
            .resolverName("golden")
            .resolverInterface(address)
            .resolverBootstrapNeighbor("127.0.0.1:48178,localhost:48179")))
        {
            final CountersManager counters = driver.context().countersManager();
            final int neighbors = counterOf(counters, AeronCounters.NAME_RESOLVER_NEIGHBORS_COUNTER_TYPE_ID, 0);
            while (!counters.getCounterLabel(neighbors).endsWith(address))
            {
                driver.sharedAgentInvoker().invoke();
            }
            counter("resolver neighbors", counters, neighbors);
            counter("resolver cache entries", counters,
                counterOf(counters, AeronCounters.NAME_RESOLVER_CACHE_ENTRIES_COUNTER_TYPE_ID, 0));
            for (int i = 0; i < 2; i++)
            {
                final int bootstrap =
                    counterOf(counters, AeronCounters.NAME_RESOLVER_BOOTSTRAP_NEIGHBOR_COUNTER_TYPE_ID, i);
                while (counters.getCounterLabel(bootstrap).endsWith("resolved="))
                {
                    driver.sharedAgentInvoker().invoke();
                }
                counter("bootstrap neighbor " + i, counters, bootstrap);
            }
        }
    }

    private static int counterOf(final CountersReader counters, final int typeId, final int key)
    {
        final int[] found = { CountersReader.NULL_COUNTER_ID };
        counters.forEach((id, type, keyBuffer, label) ->
        {
            if (type == typeId && keyBuffer.getInt(0) == key)
            {
                found[0] = id;
            }
        });
        return found[0];
    }

    private static void counter(final String name, final CountersManager counters, final int id)
    {
        final UnsafeBuffer record = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(CountersReader.METADATA_LENGTH + CountersReader.COUNTER_LENGTH, 64));
        record.putBytes(0, counters.metaDataBuffer(), CountersReader.metaDataOffset(id), CountersReader.METADATA_LENGTH);
        record.putBytes(CountersReader.METADATA_LENGTH, counters.valuesBuffer(), CountersReader.counterOffset(id),
            CountersReader.COUNTER_LENGTH);
        row("counter " + name, record);
    }

    private static void terms()
    {
        try (MediaDriver driver = MediaDriver.launch(driver().threadingMode(ThreadingMode.SHARED));
            Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
            Subscription subscription = aeron.addSubscription("aeron:ipc", 1009))
        {
            final ExclusivePublication exclusive = aeron.addExclusivePublication(channel(98, 0), 1009);
            everyKind(exclusive);
            exclusive.appendPadding(100);
            block(exclusive);
            dump("exclusive", driver, exclusive, 1);

            final Publication concurrent = aeron.addPublication(channel(97, 0), 1009);
            everyKind(concurrent);
            dump("concurrent", driver, concurrent, 1);

            final ExclusivePublication exclusiveAtEnd = aeron.addExclusivePublication(channel(96, 63488), 1009);
            overTheEnd(exclusiveAtEnd);
            dump("exclusive at the end of a term", driver, exclusiveAtEnd, 2);
            concurrent.close();

            final Publication concurrentAtEnd = aeron.addPublication(channel(95, 63488), 1009);
            overTheEnd(concurrentAtEnd);
            dump("concurrent at the end of a term", driver, concurrentAtEnd, 2);
        }
    }

    private static String channel(final int sessionId, final int termOffset)
    {
        return "aeron:ipc?term-length=64k|mtu=1408|init-term-id=7|term-id=7|term-offset=" + termOffset +
            "|session-id=" + sessionId;
    }

    private static UnsafeBuffer message(final int number, final int length)
    {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(number + i * 7);
        }
        return new UnsafeBuffer(bytes);
    }

    private static void everyKind(final Publication publication)
    {
        while (!publication.isConnected())
        {
            Thread.onSpinWait();
        }
        publication.offer(message(1, 100));
        publication.offer(message(2, 0));
        publication.offer(message(3, 3000));
        publication.offer(message(4, publication.maxPayloadLength()));
        final BufferClaim claim = new BufferClaim();
        publication.tryClaim(40, claim);
        claim.buffer().putBytes(claim.offset(), message(5, 40), 0, 40);
        claim.reservedValue(0x0123456789ABCDEFL).commit();
        publication.tryClaim(60, claim);
        claim.abort();
        publication.offer(message(6, 50), 0, 50, message(7, 70), 0, 70, null);
        publication.offer(
            new DirectBufferVector[]{
                new DirectBufferVector(message(8, 10), 0, 10),
                new DirectBufferVector(message(9, 10), 0, 0),
                new DirectBufferVector(message(10, 2000), 0, 2000) },
            (buffer, offset, length) -> 1000 + length);
    }

    private static void block(final ExclusivePublication publication)
    {
        final UnsafeBuffer block = new UnsafeBuffer(BufferUtil.allocateDirectAligned(64, 64));
        final DataHeaderFlyweight header = new DataHeaderFlyweight(block);
        header.frameLength(52).version((short)0).flags((short)0xC0).headerType(DataHeaderFlyweight.HDR_TYPE_DATA);
        header.termOffset(publication.termOffset()).sessionId(publication.sessionId()).streamId(publication.streamId())
            .termId(publication.termId()).reservedValue(77);
        block.putBytes(DataHeaderFlyweight.HEADER_LENGTH, message(11, 20), 0, 20);
        publication.offerBlock(block, 0, 64);
    }

    /** 2048 bytes before the end: one message fits, the next does not. */
    private static void overTheEnd(final Publication publication)
    {
        while (!publication.isConnected())
        {
            Thread.onSpinWait();
        }
        publication.offer(message(1, 1000));
        if (Publication.ADMIN_ACTION != publication.offer(message(2, 1200)))
        {
            throw new IllegalStateException("the end of the term was expected");
        }
        publication.offer(message(2, 1200));
    }

    private static void dump(final String name, final MediaDriver driver, final Publication publication, final int terms)
    {
        final String path = driver.aeronDirectoryName() + File.separator + "publications" + File.separator +
            publication.originalRegistrationId() + ".logbuffer";
        try (LogBuffers log = new LogBuffers(path))
        {
            for (int i = 0; i < terms; i++)
            {
                row("term " + i + " of " + name, new UnsafeBuffer(log.duplicateTermBuffers()[i]));
            }
            final UnsafeBuffer tails = new UnsafeBuffer(BufferUtil.allocateDirectAligned(32, 64));
            tails.putBytes(0, log.metaDataBuffer(), 0, 28);
            row("tails of " + name, tails);
        }
    }
}
