// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.driver.MediaDriver;

/** The driver; its settings are system properties. Ends when its input ends, and says what garbage collection took. */
final class Driver
{
    static void run(final Arguments arguments) throws Exception
    {
        final Collections start = Collections.now();
        final MediaDriver.Context context = new MediaDriver.Context()
            .aeronDirectoryName(arguments.text("directory"))
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true);
        try (MediaDriver ignore = MediaDriver.launch(context))
        {
            while (System.in.read() >= 0)
            {
                Thread.onSpinWait();
            }
        }
        System.out.println("{" + Collections.now().since(start) + "}");
    }
}
