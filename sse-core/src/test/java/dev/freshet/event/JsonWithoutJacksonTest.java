package dev.freshet.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

class JsonWithoutJacksonTest {

    @Test
    void whoeverBringsAWriterNeedsNoJackson() throws Exception {
        URL classes = SseEvent.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader alone = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Class<?> event = alone.loadClass("dev.freshet.event.SseEvent");
            Class<?> builder = alone.loadClass("dev.freshet.event.SseEvent$Builder");
            Class<?> writer = alone.loadClass("dev.freshet.event.JsonWriter");
            Object brackets = Proxy.newProxyInstance(
                    alone, new Class<?>[] {writer}, (proxy, method, arguments) -> "[" + arguments[0] + "]");

            Object empty = event.getMethod("builder").invoke(null);
            Object filled = builder.getMethod("json", Object.class, writer).invoke(empty, 5, brackets);
            Object built = builder.getMethod("build").invoke(filled);

            assertThat(built).hasToString("SseEvent[data=\"[5]\"]");
            assertThatThrownBy(() -> event.getMethod("json", Object.class).invoke(null, 5))
                    .isInstanceOf(InvocationTargetException.class)
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
    }
}
