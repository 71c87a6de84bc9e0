// SPDX-License-Identifier: Apache-2.0
package bench;

import java.util.Arrays;

/**
 * The reference's side of the benchmark: the same programs as in bench/src/programs, with the same arguments (name=value) and the
 * same answers, one JSON object on standard output.
 */
public final class Programs
{
    public static void main(final String[] args) throws Exception
    {
        final Arguments arguments = new Arguments(Arrays.copyOfRange(args, 1, args.length));
        switch (args[0])
        {
            case "driver" -> Driver.run(arguments);
            case "publisher" -> Publisher.run(arguments);
            case "subscriber" -> Subscriber.run(arguments);
            case "duplex" -> Duplex.run(arguments);
            case "turns" -> Turns.run(arguments);
            case "ping" -> Ping.run(arguments);
            case "pong" -> Pong.run(arguments);
            case "circuit" -> Circuit.run(arguments);
            case "streams" -> Streams.run(arguments);
            case "first-message" -> FirstMessage.run(arguments);
            case "churn" -> Churn.run(arguments);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }
}
