// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;
import io.aeron.Publication;

/** Publishes as fast as it can from when somebody subscribes until nobody does. */
final class Publisher
{
    private static final int ATTEMPTS_PER_BATCH = 10_000;

    static void run(final Arguments arguments)
    {
        try (Aeron aeron = arguments.connect();
            Publication publication = Batch.addPublication(aeron, arguments, arguments.text("channel")))
        {
            final Batch batch = Batch.of(publication, arguments);
            while (!publication.isConnected())
            {
                Thread.onSpinWait();
            }
            while (publication.isConnected())
            {
                batch.send(ATTEMPTS_PER_BATCH);
            }
        }
    }
}
