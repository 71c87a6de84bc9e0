// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.Subscription;

/** Starts and stops one stream after the other, each for a while, until its input says so. */
final class Churn
{
    private static final long LOOK_MS = 10;

    static void run(final Arguments arguments) throws Exception
    {
        final int holdMs = arguments.integer("holdMs");
        final String channel = arguments.text("channel");
        int streamId = 5000;
        try (Aeron aeron = arguments.connect())
        {
            final Window window = new Window(0);
            while (System.in.available() == 0)
            {
                streamId++;
                try (Subscription ignore = aeron.addSubscription(channel, streamId);
                    Publication ignoreToo = aeron.addPublication(channel, streamId))
                {
                    hold(holdMs);
                }
            }
            System.out.println(window.end(streamId - 5000));
        }
    }

    /** For ever where it is 0. */
    private static void hold(final int holdMs) throws Exception
    {
        for (long heldMs = 0; (holdMs == 0 || heldMs < holdMs) && System.in.available() == 0; heldMs += LOOK_MS)
        {
            Thread.sleep(LOOK_MS);
        }
    }
}
