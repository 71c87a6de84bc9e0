// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.agrona.concurrent.AgentInvoker;

import java.util.ArrayList;
import java.util.List;

/**
 * Driver and client by hand in one thread: how long a pass of the driver takes with so many idle streams, each with a publication
 * and a subscription, and how fast they are added and removed.
 */
final class Streams
{
    private static final String OPTIONS = "|term-length=64k";

    static void run(final Arguments arguments)
    {
        final int count = arguments.integer("streams");
        final String channel = arguments.text("channel") + ("aeron:ipc".equals(arguments.text("channel")) ? "?" : "|");
        final MediaDriver.Context context = new MediaDriver.Context()
            .aeronDirectoryName(arguments.text("directory"))
            .threadingMode(ThreadingMode.INVOKER)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true);
        try (MediaDriver driver = MediaDriver.launch(context))
        {
            final AgentInvoker invoker = driver.sharedAgentInvoker();
            try (Aeron aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(arguments.text("directory"))
                .useConductorAgentInvoker(true)
                .driverAgentInvoker(invoker)))
            {
                // Once before the clock runs, so that what is measured has been compiled.
                cycle(aeron, invoker, channel, Math.min(count, 50), 0);
                System.out.println(cycle(aeron, invoker, channel, count, arguments.millisecondsAsNs("windowMs")));
            }
        }
    }

    private static String cycle(
        final Aeron aeron, final AgentInvoker invoker, final String base, final int count, final long windowNs)
    {
        final String channel = base + OPTIONS.substring(1);
        final List<Publication> publications = new ArrayList<>();
        final List<Subscription> subscriptions = new ArrayList<>();
        final long startNs = System.nanoTime();
        for (int i = 0; i < count; i++)
        {
            subscriptions.add(aeron.addSubscription(channel, 2000 + i));
            publications.add(aeron.addPublication(channel, 2000 + i));
        }
        final long addNs = System.nanoTime() - startNs;
        awaitConnected(aeron, invoker, publications, subscriptions);
        passFor(invoker, aeron, windowNs / 2);
        final double passNs = passFor(invoker, aeron, windowNs);
        final long removeStartNs = System.nanoTime();
        publications.forEach(Publication::close);
        subscriptions.forEach(Subscription::close);
        while (aeron.hasActiveCommands())
        {
            invoker.invoke();
            aeron.conductorAgentInvoker().invoke();
        }
        final long removeNs = System.nanoTime() - removeStartNs;
        return String.format(
            "{\"addPerSecond\":%s,\"removePerSecond\":%s,\"passNs\":%s}",
            count * 1e9 / addNs, count * 1e9 / removeNs, passNs);
    }

    private static void awaitConnected(
        final Aeron aeron,
        final AgentInvoker invoker,
        final List<Publication> publications,
        final List<Subscription> subscriptions)
    {
        while (!publications.stream().allMatch(Publication::isConnected) ||
            !subscriptions.stream().allMatch(Subscription::isConnected))
        {
            invoker.invoke();
            aeron.conductorAgentInvoker().invoke();
        }
    }

    /** @return the mean time of a pass. */
    private static double passFor(final AgentInvoker invoker, final Aeron aeron, final long durationNs)
    {
        final long startNs = System.nanoTime();
        long inPassesNs = 0;
        long passes = 0;
        while (System.nanoTime() - startNs < durationNs)
        {
            final long beforeNs = System.nanoTime();
            for (int i = 0; i < 10; i++)
            {
                invoker.invoke();
            }
            inPassesNs += System.nanoTime() - beforeNs;
            passes += 10;
            aeron.conductorAgentInvoker().invoke();
        }
        return passes == 0 ? 0 : (double)inPassesNs / passes;
    }
}
