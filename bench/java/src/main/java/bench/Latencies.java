// SPDX-License-Identifier: Apache-2.0
package bench;

import java.util.Arrays;

/** Round trips, one by one. */
final class Latencies
{
    private final long[] samplesNs;
    private int count;

    Latencies(final int capacity)
    {
        samplesNs = new long[capacity];
    }

    boolean isFull()
    {
        return count == samplesNs.length;
    }

    void add(final long ns)
    {
        samplesNs[count++] = ns;
    }

    public String toString()
    {
        final long[] sorted = Arrays.copyOf(samplesNs, count);
        Arrays.sort(sorted);
        return String.format(
            "{\"p50\":%d,\"p99\":%d,\"p99.9\":%d,\"max\":%d,\"count\":%d}",
            at(sorted, 50), at(sorted, 99), at(sorted, 99.9), sorted[sorted.length - 1], count);
    }

    private static long at(final long[] sorted, final double percentile)
    {
        return sorted[Math.min(sorted.length - 1, (int)(sorted.length * percentile / 100))];
    }
}
