// SPDX-License-Identifier: Apache-2.0
package interop;

import io.aeron.Aeron;
import io.aeron.Counter;
import io.aeron.Publication;
import io.aeron.Subscription;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Adding and removing without waiting for the driver. */
final class AsyncKinds
{
    private static final long DEADLINE_NS = 60_000_000_000L;

    private final Supplier<Aeron> aeron;
    private final Map<String, Publication> publications;
    private final Map<String, Subscription> subscriptions;
    private final Map<String, Counter> counters;

    AsyncKinds(
        final Supplier<Aeron> aeron,
        final Map<String, Publication> publications,
        final Map<String, Subscription> subscriptions,
        final Map<String, Counter> counters)
    {
        this.aeron = aeron;
        this.publications = publications;
        this.subscriptions = subscriptions;
        this.counters = counters;
    }

    void register(final Map<String, Peer.Command> commands)
    {
        commands.put("async-add", this::add);
        commands.put("async-add-and-remove", this::addAndRemove);
        commands.put("async-remove", (a) -> remove(a[0], Long.parseLong(a[1])));
        commands.put("async-add-destination", (a) -> answered(publications.get(a[0]).asyncAddDestination(a[1])));
        commands.put("async-remove-destination", (a) -> removeDestination(publications.get(a[0]), a[1]));
        commands.put("remove-destination-by-id", (a) -> removeById(publications.get(a[0]), Long.parseLong(a[1])));
        commands.put("async-add-receive-destination",
            (a) -> answered(subscriptions.get(a[0]).asyncAddDestination(a[1])));
        commands.put("async-remove-receive-destination",
            (a) -> answered(subscriptions.get(a[0]).asyncRemoveDestination(a[1])));
    }

    /** kind, name, channel (of a counter its label), stream id (of a counter its type id); answers the registration id. */
    private String add(final String[] a) throws InterruptedException
    {
        final long registrationId = send(a[0], a[2], Integer.parseInt(a[3]));
        await(() -> keep(a[0], a[1], registrationId));
        return Long.toString(registrationId);
    }

    private String addAndRemove(final String[] a) throws InterruptedException
    {
        final long registrationId = send(a[0], a[1], Integer.parseInt(a[2]));
        remove(a[0], registrationId);
        return Long.toString(registrationId);
    }

    private long send(final String kind, final String channel, final int streamId)
    {
        return switch (kind)
        {
            case "publication" -> aeron.get().asyncAddPublication(channel, streamId);
            case "exclusive" -> aeron.get().asyncAddExclusivePublication(channel, streamId);
            case "subscription" -> aeron.get().asyncAddSubscription(channel, streamId);
            case "counter" -> Newer.asyncAddCounter(aeron.get(), streamId, channel);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private boolean keep(final String kind, final String name, final long registrationId)
    {
        return switch (kind)
        {
            case "publication" -> kept(publications, name, aeron.get().getPublication(registrationId));
            case "exclusive" -> kept(publications, name, aeron.get().getExclusivePublication(registrationId));
            case "subscription" -> kept(subscriptions, name, aeron.get().getSubscription(registrationId));
            default -> kept(counters, name, Newer.getCounter(aeron.get(), registrationId));
        };
    }

    private static <T> boolean kept(final Map<String, T> map, final String name, final T value)
    {
        if (value != null)
        {
            map.put(name, value);
        }
        return value != null;
    }

    private String remove(final String kind, final long registrationId) throws InterruptedException
    {
        switch (kind)
        {
            case "publication", "exclusive" -> aeron.get().asyncRemovePublication(registrationId);
            case "subscription" -> aeron.get().asyncRemoveSubscription(registrationId);
            default -> Newer.asyncRemoveCounter(aeron.get(), registrationId);
        }
        await(() -> !aeron.get().hasActiveCommands());
        return "";
    }

    /** By its channel, or by its registration id where it is a number. */
    private String removeDestination(final Publication publication, final String destination)
        throws InterruptedException
    {
        return answered(destination.matches("\\d+") ?
            publication.asyncRemoveDestination(Long.parseLong(destination)) :
            publication.asyncRemoveDestination(destination));
    }

    private static String removeById(final Publication publication, final long destinationId)
    {
        publication.removeDestination(destinationId);
        return "";
    }

    private String answered(final long correlationId) throws InterruptedException
    {
        await(() -> !aeron.get().isCommandActive(correlationId));
        return Long.toString(correlationId);
    }

    private static void await(final BooleanSupplier condition) throws InterruptedException
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean())
        {
            if (System.nanoTime() > deadlineNs)
            {
                throw new IllegalStateException("no answer of the driver");
            }
            Thread.sleep(1);
        }
    }
}
