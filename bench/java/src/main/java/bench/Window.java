// SPDX-License-Identifier: Apache-2.0
package bench;

import com.sun.management.OperatingSystemMXBean;

import java.lang.management.ManagementFactory;

/** A stretch of time in which the program measures itself. */
final class Window
{
    private static final OperatingSystemMXBean SYSTEM =
        (OperatingSystemMXBean)ManagementFactory.getOperatingSystemMXBean();

    private final long startCount;
    private final Collections collections = Collections.now();
    private final long startCpuNs = SYSTEM.getProcessCpuTime();
    private final long startNs = System.nanoTime();

    Window(final long startCount)
    {
        this.startCount = startCount;
    }

    String end(final long count)
    {
        return String.format(
            "{\"count\":%d,\"elapsedNs\":%d,\"cpuNs\":%d,%s}",
            count - startCount,
            System.nanoTime() - startNs,
            SYSTEM.getProcessCpuTime() - startCpuNs,
            Collections.now().since(collections));
    }
}
