// SPDX-License-Identifier: Apache-2.0
package bench;

import com.sun.management.OperatingSystemMXBean;
import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/**
 * The reference's side of the benchmark: the same programs as in bench/src/programs, with the same arguments and the same
 * answers, one JSON object on standard output.
 */
public final class Programs
{
    private static final String CHANNEL = "aeron:ipc";
    private static final int STREAM_ID = 1001;
    private static final int PING_STREAM_ID = 1002;
    private static final int PONG_STREAM_ID = 1003;
    private static final int FRAGMENT_LIMIT = 10;
    private static final int ATTEMPTS_PER_BATCH = 10_000;
    private static final int POLLS_PER_BATCH = 1_000;
    private static final long NS_PER_MS = 1_000_000;

    private static long received;

    public static void main(final String[] args) throws Exception
    {
        final String[] rest = Arrays.copyOfRange(args, 1, args.length);
        switch (args[0])
        {
            case "driver" -> driver(rest[0]);
            case "publisher" -> publisher(rest);
            case "subscriber" -> subscriber(rest);
            case "turns" -> turns(rest);
            case "ping" -> ping(rest);
            case "pong" -> pong(rest);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** Ends when its input ends. */
    private static void driver(final String directory) throws Exception
    {
        final MediaDriver.Context context = new MediaDriver.Context()
            .aeronDirectoryName(directory)
            .threadingMode(ThreadingMode.SHARED)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true);
        try (MediaDriver ignore = MediaDriver.launch(context))
        {
            System.in.read();
        }
    }

    private static Aeron connect(final String directory)
    {
        return Aeron.connect(new Aeron.Context().aeronDirectoryName(directory));
    }

    private static void publisher(final String[] args)
    {
        try (Aeron aeron = connect(args[0]);
            Publication publication = addPublication(aeron, args[1]))
        {
            final ToIntFunction<Publication> batch = batchOf(args[1], Integer.parseInt(args[2]));
            while (!publication.isConnected())
            {
                Thread.onSpinWait();
            }
            while (publication.isConnected())
            {
                batch.applyAsInt(publication);
            }
        }
    }

    private static Publication addPublication(final Aeron aeron, final String kind)
    {
        return "exclusive".equals(kind) ?
            aeron.addExclusivePublication(CHANNEL, STREAM_ID) : aeron.addPublication(CHANNEL, STREAM_ID);
    }

    private static ToIntFunction<Publication> batchOf(final String kind, final int length)
    {
        return switch (kind)
        {
            case "offer" -> offers(length);
            case "exclusive" -> exclusiveOffers(length);
            case "claim" -> claims(length);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    /** Sends and receives by turns in one thread, and takes the processor time of each. */
    private static void turns(final String[] args)
    {
        try (Aeron aeron = connect(args[0]);
            Subscription subscription = aeron.addSubscription(CHANNEL, STREAM_ID);
            Publication publication = addPublication(aeron, args[1]))
        {
            while (!subscription.isConnected())
            {
                Thread.onSpinWait();
            }
            final ToIntFunction<Publication> batch = batchOf(args[1], Integer.parseInt(args[2]));
            takeTurns(publication, subscription, batch, Long.parseLong(args[3]));
            System.out.println(takeTurns(publication, subscription, batch, Long.parseLong(args[4])));
        }
    }

    private static String takeTurns(
        final Publication publication,
        final Subscription subscription,
        final ToIntFunction<Publication> batch,
        final long count)
    {
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        final FragmentHandler handler = (buffer, offset, length, header) -> received++;
        long sendNs = 0;
        long receiveNs = 0;
        long messages = 0;
        while (messages < count)
        {
            final long startNs = threads.getCurrentThreadCpuTime();
            final int sent = batch.applyAsInt(publication);
            final long sentNs = threads.getCurrentThreadCpuTime();
            final long expected = received + sent;
            while (received < expected)
            {
                subscription.poll(handler, FRAGMENT_LIMIT);
            }
            final long receivedNs = threads.getCurrentThreadCpuTime();
            if (sent == ATTEMPTS_PER_BATCH)
            {
                sendNs += sentNs - startNs;
                receiveNs += receivedNs - sentNs;
                messages += sent;
            }
        }
        return String.format(
            "{\"sendNs\":%s,\"receiveNs\":%s}", (double)sendNs / messages, (double)receiveNs / messages);
    }

    private static ToIntFunction<Publication> offers(final int length)
    {
        final UnsafeBuffer message = new UnsafeBuffer(BufferUtil.allocateDirectAligned(64 * 1024, 64));
        return (publication) ->
        {
            int sent = 0;
            for (int i = 0; i < ATTEMPTS_PER_BATCH; i++)
            {
                if (publication.offer(message, 0, length) > 0)
                {
                    sent++;
                }
            }
            return sent;
        };
    }

    private static ToIntFunction<Publication> exclusiveOffers(final int length)
    {
        final UnsafeBuffer message = new UnsafeBuffer(BufferUtil.allocateDirectAligned(64 * 1024, 64));
        return (any) ->
        {
            final ExclusivePublication publication = (ExclusivePublication)any;
            int sent = 0;
            for (int i = 0; i < ATTEMPTS_PER_BATCH; i++)
            {
                if (publication.offer(message, 0, length) > 0)
                {
                    sent++;
                }
            }
            return sent;
        };
    }

    private static ToIntFunction<Publication> claims(final int length)
    {
        final BufferClaim claim = new BufferClaim();
        return (publication) ->
        {
            int sent = 0;
            for (int i = 0; i < ATTEMPTS_PER_BATCH; i++)
            {
                if (publication.tryClaim(length, claim) > 0)
                {
                    claim.buffer().putInt(claim.offset(), i);
                    claim.commit();
                    sent++;
                }
            }
            return sent;
        };
    }

    private static void subscriber(final String[] args)
    {
        final long warmUpNs = Long.parseLong(args[2]) * NS_PER_MS;
        final long windowNs = Long.parseLong(args[3]) * NS_PER_MS;
        final FragmentHandler handler = (buffer, offset, length, header) -> received++;
        try (Aeron aeron = connect(args[0]);
            Subscription subscription = aeron.addSubscription(CHANNEL, STREAM_ID))
        {
            while (!subscription.isConnected())
            {
                Thread.onSpinWait();
            }
            pollFor(subscription, handler, warmUpNs);
            final Window window = new Window(received);
            pollFor(subscription, handler, windowNs);
            System.out.println(window.end(received));
        }
    }

    private static void pollFor(final Subscription subscription, final FragmentHandler handler, final long durationNs)
    {
        final long endNs = System.nanoTime() + durationNs;
        while (System.nanoTime() - endNs < 0)
        {
            for (int i = 0; i < POLLS_PER_BATCH; i++)
            {
                subscription.poll(handler, FRAGMENT_LIMIT);
            }
        }
    }

    private static void ping(final String[] args)
    {
        final int length = Integer.parseInt(args[1]);
        try (Aeron aeron = connect(args[0]);
            ExclusivePublication pings = aeron.addExclusivePublication(CHANNEL, PING_STREAM_ID);
            Subscription subscription = aeron.addSubscription(CHANNEL, PONG_STREAM_ID))
        {
            while (!subscription.isConnected() || !pings.isConnected())
            {
                Thread.onSpinWait();
            }
            final Image pongs = subscription.imageAtIndex(0);
            roundTrips(pings, pongs, length, Integer.parseInt(args[2]));
            final long[] samplesNs = roundTrips(pings, pongs, length, Integer.parseInt(args[3]));
            Arrays.sort(samplesNs);
            System.out.printf(
                "{\"p50\":%d,\"p90\":%d,\"p99\":%d,\"p99.9\":%d}%n",
                at(samplesNs, 50),
                at(samplesNs, 90),
                at(samplesNs, 99),
                at(samplesNs, 99.9));
        }
    }

    private static long at(final long[] sorted, final double percentile)
    {
        return sorted[Math.min(sorted.length - 1, (int)(sorted.length * percentile / 100))];
    }

    private static long[] roundTrips(
        final ExclusivePublication pings, final Image pongs, final int length, final int count)
    {
        final UnsafeBuffer message = new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, 64));
        final FragmentHandler handler = (buffer, offset, ignoreLength, header) -> received++;
        final long[] samplesNs = new long[count];
        for (int i = 0; i < count; i++)
        {
            final long expected = received + 1;
            final long startNs = System.nanoTime();
            while (pings.offer(message, 0, length) < 0)
            {
                Thread.onSpinWait();
            }
            while (received < expected)
            {
                pongs.poll(handler, 1);
            }
            samplesNs[i] = System.nanoTime() - startNs;
        }
        return samplesNs;
    }

    private static void pong(final String[] args)
    {
        try (Aeron aeron = connect(args[0]);
            Subscription subscription = aeron.addSubscription(CHANNEL, PING_STREAM_ID);
            ExclusivePublication pongs = aeron.addExclusivePublication(CHANNEL, PONG_STREAM_ID))
        {
            while (!subscription.isConnected())
            {
                Thread.onSpinWait();
            }
            final Image pings = subscription.imageAtIndex(0);
            final FragmentHandler handler = (buffer, offset, length, header) ->
            {
                while (pongs.offer(buffer, offset, length) < 0 && pongs.isConnected())
                {
                    Thread.onSpinWait();
                }
            };
            while (!pings.isClosed() && !pings.isEndOfStream())
            {
                pings.poll(handler, FRAGMENT_LIMIT);
            }
        }
    }

    /** A stretch of time in which the program measures itself. */
    private static final class Window
    {
        private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean)ManagementFactory.getOperatingSystemMXBean();

        private final long startCount;
        private final long startCpuNs = SYSTEM.getProcessCpuTime();
        private final long startNs = System.nanoTime();

        private Window(final long startCount)
        {
            this.startCount = startCount;
        }

        private String end(final long count)
        {
            return String.format(
                "{\"count\":%d,\"elapsedNs\":%d,\"cpuNs\":%d}",
                count - startCount,
                System.nanoTime() - startNs,
                SYSTEM.getProcessCpuTime() - startCpuNs);
        }
    }
}
