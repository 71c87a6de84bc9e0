// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;

import java.util.ArrayList;
import java.util.List;

/** Subscriptions of one or several channels, and what came in on each. */
final class Receiving implements AutoCloseable
{
    static final int FRAGMENT_LIMIT = 10;

    private final List<Subscription> subscriptions = new ArrayList<>();
    private final FragmentHandler[] handlers;
    private final long[] received;

    Receiving(final Aeron aeron, final String channels, final Arguments arguments)
    {
        for (final String channel : channels.split(" "))
        {
            subscriptions.add(aeron.addSubscription(channel, arguments.integer("stream")));
        }
        received = new long[subscriptions.size()];
        handlers = new FragmentHandler[subscriptions.size()];
        for (int i = 0; i < handlers.length; i++)
        {
            final int index = i;
            final FragmentHandler counting = (buffer, offset, length, header) -> received[index]++;
            // Assembling costs also where nothing is fragmented, so only messages that may be are assembled.
            handlers[i] = arguments.integer("length") > 1344 ? new FragmentAssembler(counting) : counting;
        }
    }

    boolean isConnected()
    {
        for (final Subscription subscription : subscriptions)
        {
            if (!subscription.isConnected())
            {
                return false;
            }
        }
        return true;
    }

    int poll()
    {
        int fragments = 0;
        for (int i = 0; i < handlers.length; i++)
        {
            fragments += subscriptions.get(i).poll(handlers[i], FRAGMENT_LIMIT);
        }
        return fragments;
    }

    /** What each of them has received. */
    long received()
    {
        long least = Long.MAX_VALUE;
        for (final long count : received)
        {
            least = Math.min(least, count);
        }
        return least;
    }

    public void close()
    {
        subscriptions.forEach(Subscription::close);
    }
}
