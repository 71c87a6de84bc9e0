// SPDX-License-Identifier: Apache-2.0
package interop;

import io.aeron.Aeron;
import io.aeron.Counter;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import org.agrona.DirectBuffer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Operations that older versions of the reference lack, called by name so that the same source compiles against all.
 * {@link UnsupportedOperationException} says that a version has no such operation.
 */
final class Newer
{
    private Newer()
    {
    }

    static void revoke(final ExclusivePublication publication)
    {
        call(ExclusivePublication.class, publication, "revoke", new Class<?>[0]);
    }

    static void reject(final Image image, final String reason)
    {
        call(Image.class, image, "reject", new Class<?>[]{ String.class }, reason);
    }

    static int nextSessionId(final Aeron aeron, final int streamId)
    {
        return (Integer)call(Aeron.class, aeron, "nextSessionId", new Class<?>[]{ int.class }, streamId);
    }

    static long asyncAddCounter(final Aeron aeron, final int typeId, final String label)
    {
        return (Long)call(
            Aeron.class, aeron, "asyncAddCounter", new Class<?>[]{ int.class, String.class }, typeId, label);
    }

    static Counter getCounter(final Aeron aeron, final long correlationId)
    {
        return (Counter)call(Aeron.class, aeron, "getCounter", new Class<?>[]{ long.class }, correlationId);
    }

    static void asyncRemoveCounter(final Aeron aeron, final long registrationId)
    {
        call(Aeron.class, aeron, "asyncRemoveCounter", new Class<?>[]{ long.class }, registrationId);
    }

    static Counter addStaticCounter(
        final Aeron aeron,
        final int typeId,
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer label,
        final int labelOffset,
        final int labelLength,
        final long registrationId)
    {
        final Class<?>[] types = {
            int.class, DirectBuffer.class, int.class, int.class, DirectBuffer.class, int.class, int.class, long.class };
        return (Counter)call(Aeron.class, aeron, "addStaticCounter", types,
            typeId, key, keyOffset, keyLength, label, labelOffset, labelLength, registrationId);
    }

    /** Reports each publication error frame as text, where the version has them. */
    static void publicationErrors(final Aeron.Context context, final Consumer<String> report)
    {
        final Class<?> handlerType;
        try
        {
            handlerType = Class.forName("io.aeron.PublicationErrorFrameHandler");
        }
        catch (final ClassNotFoundException ex)
        {
            return;
        }
        final Object handler = Proxy.newProxyInstance(
            Newer.class.getClassLoader(),
            new Class<?>[]{ handlerType },
            (proxy, method, arguments) ->
            {
                if (method.getName().equals("onPublicationError"))
                {
                    final Object frame = arguments[0];
                    final Class<?> type = frame.getClass();
                    report.accept("publication-error " + call(type, frame, "errorCode", new Class<?>[0]) +
                        " " + call(type, frame, "errorMessage", new Class<?>[0]));
                }
                return null;
            });
        call(Aeron.Context.class, context, "publicationErrorFrameHandler", new Class<?>[]{ handlerType }, handler);
    }

    private static Object call(
        final Class<?> type, final Object target, final String name, final Class<?>[] types, final Object... arguments)
    {
        try
        {
            final Method method = type.getMethod(name, types);
            return method.invoke(target, arguments);
        }
        catch (final NoSuchMethodException | IllegalAccessException ex)
        {
            throw new UnsupportedOperationException(name, ex);
        }
        catch (final InvocationTargetException ex)
        {
            if (ex.getCause() instanceof RuntimeException)
            {
                throw (RuntimeException)ex.getCause();
            }
            throw new IllegalStateException(ex.getCause());
        }
    }
}
