// SPDX-License-Identifier: Apache-2.0
package bench;

import io.aeron.Aeron;

import java.util.HashMap;
import java.util.Map;

/** Arguments of the form name=value. */
final class Arguments
{
    private static final long NS_PER_MS = 1_000_000;

    private final Map<String, String> values = new HashMap<>();

    Arguments(final String[] args)
    {
        for (final String arg : args)
        {
            final int separator = arg.indexOf('=');
            values.put(arg.substring(0, separator), arg.substring(separator + 1));
        }
    }

    String text(final String name)
    {
        final String value = values.get(name);
        if (value == null)
        {
            throw new IllegalArgumentException("argument is missing: " + name);
        }
        return value;
    }

    int integer(final String name)
    {
        return Integer.parseInt(text(name));
    }

    long millisecondsAsNs(final String name)
    {
        return Long.parseLong(text(name)) * NS_PER_MS;
    }

    Aeron connect()
    {
        return Aeron.connect(new Aeron.Context().aeronDirectoryName(text("directory")));
    }
}
