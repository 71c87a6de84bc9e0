// SPDX-License-Identifier: Apache-2.0
package bench;

import com.sun.management.GarbageCollectionNotificationInfo;

import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;

/** What garbage collection took so far. */
record Collections(long count, long totalMs)
{
    private static final AtomicLong LONGEST_MS = new AtomicLong();

    static
    {
        for (final GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans())
        {
            ((NotificationEmitter)bean).addNotificationListener(
                (notification, handback) ->
                {
                    final CompositeData data = (CompositeData)notification.getUserData();
                    final long durationMs = GarbageCollectionNotificationInfo.from(data).getGcInfo().getDuration();
                    LONGEST_MS.accumulateAndGet(durationMs, Math::max);
                },
                null,
                null);
        }
    }

    static Collections now()
    {
        long count = 0;
        long totalMs = 0;
        for (final GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans())
        {
            count += bean.getCollectionCount();
            totalMs += bean.getCollectionTime();
        }
        return new Collections(count, totalMs);
    }

    /** The longest is that of the whole life of the process. */
    String since(final Collections start)
    {
        return String.format(
            "\"gcCount\":%d,\"gcMs\":%d,\"gcLongestMs\":%d",
            count - start.count,
            totalMs - start.totalMs,
            LONGEST_MS.get());
    }
}
