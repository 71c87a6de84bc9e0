// SPDX-License-Identifier: Apache-2.0
package interop;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.agrona.concurrent.BackoffIdleStrategy;

import java.util.Map;

/** Launches and stops the reference's media driver. */
final class DriverSide implements AutoCloseable
{
    private MediaDriver driver;

    void register(final Map<String, Peer.Command> commands)
    {
        commands.put("driver", this::launch);
        commands.put("stop-driver", (arguments) ->
        {
            close();
            return "";
        });
    }

    /** directory, threading mode, then settings as property=value (set as system properties). */
    private String launch(final String[] arguments)
    {
        for (int i = 2; i < arguments.length; i++)
        {
            final int separator = arguments[i].indexOf('=');
            System.setProperty(arguments[i].substring(0, separator), arguments[i].substring(separator + 1));
        }
        driver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(arguments[0])
            .threadingMode(ThreadingMode.valueOf(arguments[1]))
            .sharedIdleStrategy(new BackoffIdleStrategy())
            .terminationHook(() -> new Thread(this::close).start())
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true));
        return driver.aeronDirectoryName();
    }

    public synchronized void close()
    {
        if (driver != null)
        {
            driver.close();
            driver = null;
        }
    }
}
