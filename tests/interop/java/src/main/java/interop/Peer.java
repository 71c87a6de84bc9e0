// SPDX-License-Identifier: Apache-2.0
package interop;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The reference's side of an interop test: one command a line on standard input, tab separated; one answer a line,
 * {@code ok<TAB>value…} or {@code err<TAB>class<TAB>message}. Ends when its input ends.
 */
public final class Peer
{
    /** Runs one command. */
    interface Command
    {
        String run(String[] arguments) throws Exception;
    }

    private final Map<String, Command> commands = new HashMap<>();

    private Peer(final DriverSide driver, final ClientSide client)
    {
        driver.register(commands);
        client.register(commands);
    }

    public static void main(final String[] arguments) throws Exception
    {
        try (DriverSide driver = new DriverSide(); ClientSide client = new ClientSide())
        {
            new Peer(driver, client).serve();
        }
    }

    private void serve() throws Exception
    {
        final BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (String line = input.readLine(); line != null; line = input.readLine())
        {
            System.out.println(answer(line.split("\t", -1)));
            System.out.flush();
        }
    }

    private String answer(final String[] words)
    {
        final Command command = commands.get(words[0]);
        if (command == null)
        {
            return "err\tUnknownCommand\t" + words[0];
        }
        try
        {
            final String value = command.run(Arrays.copyOfRange(words, 1, words.length));
            return value.isEmpty() ? "ok" : "ok\t" + value;
        }
        catch (final Throwable ex)
        {
            final String message = String.valueOf(ex.getMessage()).replace('\t', ' ').replace('\n', ' ');
            return "err\t" + ex.getClass().getSimpleName() + "\t" + message;
        }
    }
}
