// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;
import io.aeron.Publication;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Sends and receives by turns in one thread, and takes the processor time of each. */
final class Turns
{
    private static final int MESSAGES_PER_TURN = 10_000;

    static void run(final Arguments arguments)
    {
        try (Aeron aeron = arguments.connect();
            Receiving receiving = new Receiving(aeron, arguments.text("channel"), arguments);
            Publication publication = Batch.addPublication(aeron, arguments, arguments.text("channel")))
        {
            while (!receiving.isConnected() || !publication.isConnected())
            {
                Thread.onSpinWait();
            }
            final Batch batch = Batch.of(publication, arguments);
            takeTurns(receiving, batch, arguments.integer("count"));
            System.out.println(takeTurns(receiving, batch, arguments.integer("count")));
        }
    }

    private static String takeTurns(final Receiving receiving, final Batch batch, final long count)
    {
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long sendNs = 0;
        long receiveNs = 0;
        long messages = 0;
        while (messages < count)
        {
            final long startNs = threads.getCurrentThreadCpuTime();
            final int sent = batch.send(MESSAGES_PER_TURN);
            final long sentNs = threads.getCurrentThreadCpuTime();
            final long expected = receiving.received() + sent;
            while (receiving.received() < expected)
            {
                receiving.poll();
            }
            final long receivedNs = threads.getCurrentThreadCpuTime();
            if (sent == MESSAGES_PER_TURN)
            {
                sendNs += sentNs - startNs;
                receiveNs += receivedNs - sentNs;
                messages += sent;
            }
        }
        return String.format(
            "{\"sendNs\":%s,\"receiveNs\":%s}", (double)sendNs / messages, (double)receiveNs / messages);
    }
}
