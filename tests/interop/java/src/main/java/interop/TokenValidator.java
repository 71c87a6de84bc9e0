// SPDX-License-Identifier: Apache-2.0
package interop;

import io.aeron.driver.TerminationValidator;
import org.agrona.DirectBuffer;

import java.io.File;

/** Lets a driver be ended by whoever knows the word. */
public final class TokenValidator implements TerminationValidator
{
    public boolean allowTermination(
        final File aeronDir, final DirectBuffer tokenBuffer, final int tokenOffset, final int tokenLength)
    {
        return "the word".equals(tokenBuffer.getStringWithoutLengthAscii(tokenOffset, tokenLength));
    }
}
