package dev.freshet.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which Jackson writes, of those that an application has or has not. */
@Tag("every-jackson")
class DefaultJsonTest {
    private static final String JACKSON_2 = ".*/com/fasterxml/.*";
    private static final String JACKSON_3 = ".*/tools/jackson/.*|.*/jackson-annotations-.*";
    private static final String BOTH = ".*jackson.*";
    private static final String NONE = "none";

    /** An application's class path: this library, and of the jars here those that match. */
    private static final class Application extends URLClassLoader {
        private final String hidden;

        Application(String jars, String hidden) throws Exception {
            super(urls(jars), ClassLoader.getPlatformClassLoader());
            this.hidden = hidden;
        }

        Application(String jars) throws Exception {
            this(jars, "");
        }

        private static URL[] urls(String jars) throws Exception {
            List<URL> urls = new ArrayList<>();
            urls.add(SseEvent.class.getProtectionDomain().getCodeSource().getLocation());
            String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            for (String entry : all.split(File.pathSeparator, -1)) {
                if (entry.matches(jars)) {
                    urls.add(Path.of(entry).toUri().toURL());
                }
            }
            return urls.toArray(URL[]::new);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.equals(hidden)) {
                throw new ClassNotFoundException(name);
            }
            return super.findClass(name);
        }

        Object json(Object value) throws Throwable {
            try {
                Class<?> event = loadClass("dev.freshet.event.SseEvent");
                Object made = event.getMethod("json", Object.class).invoke(null, value);
                return event.getMethod("data").invoke(made);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        boolean hasLoaded(String type) {
            return findLoadedClass(type) != null;
        }
    }

    private static Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("text", "\"");
        values.put("number", 12.5);
        values.put("instant", Instant.EPOCH);
        values.put("date", LocalDate.EPOCH);
        values.put("duration", Duration.ofSeconds(90));
        values.put("nothing", null);
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {JACKSON_2, JACKSON_3, BOTH})
    void eitherJacksonWritesTheSame(String jars) throws Throwable {
        try (Application application = new Application(jars)) {
            assertThat(application.json(values()))
                    .isEqualTo("{\"text\":\"\\\"\",\"number\":12.5,\"instant\":\"1970-01-01T00:00:00Z\","
                            + "\"date\":\"1970-01-01\",\"duration\":\"PT1M30S\",\"nothing\":null}");
        }
    }

    @Test
    void whereBothAreThereTheThirdWrites() throws Throwable {
        try (Application application = new Application(BOTH)) {
            application.json(values());
            assertThat(application.hasLoaded("tools.jackson.databind.json.JsonMapper"))
                    .isTrue();
            assertThat(application.hasLoaded("com.fasterxml.jackson.databind.json.JsonMapper"))
                    .isFalse();
        }
    }

    @Test
    void whereTheThirdFindsOlderAnnotationsTheSecondWrites() throws Throwable {
        try (Application application = new Application(BOTH, "com.fasterxml.jackson.annotation.JsonSerializeAs")) {
            assertThat(application.json(List.of(1))).isEqualTo("[1]");
            assertThat(application.hasLoaded("com.fasterxml.jackson.databind.json.JsonMapper"))
                    .isTrue();
        }
    }

    @Test
    void olderAnnotationsThanTheOnlyOneNeedsAreTold() throws Throwable {
        try (Application application = new Application(JACKSON_3, "com.fasterxml.jackson.annotation.JsonSerializeAs")) {
            assertThatThrownBy(() -> application.json(1))
                    .isInstanceOf(IllegalStateException.class)
                    .message()
                    .matches(
                            "json: no usable Jackson found, but Jackson 3\\.[0-9.]+ with jackson-annotations 2\\.[0-9.]+, which"
                                    + " fails with java\\.lang\\.NoClassDefFoundError: com/fasterxml/jackson/annotation/JsonSerializeAs"
                                    + " \\(expected: .*\\)");
        }
    }

    @Test
    void aJacksonWithoutItsCoreIsTold() throws Throwable {
        try (Application application = new Application(".*/com/fasterxml/.*(databind|annotations)-.*")) {
            assertThatThrownBy(() -> application.json(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("json: no usable Jackson found, but Jackson 2.")
                    .hasMessageContaining("NoClassDefFoundError: com/fasterxml/jackson/core/");
        }
    }

    @Test
    void ifNeitherCanBeUsedBothAreTold() throws Throwable {
        String jars = ".*/tools/jackson/.*|.*/com/fasterxml/.*(databind|annotations)-.*";
        try (Application application = new Application(jars, "com.fasterxml.jackson.annotation.JsonSerializeAs")) {
            assertThatThrownBy(() -> application.json(1))
                    .isInstanceOf(IllegalStateException.class)
                    .message()
                    .matches("json: no usable Jackson found, but Jackson 3\\..* fails with .*/JsonSerializeAs"
                            + ", and Jackson 2\\..* fails with .*NoClassDefFoundError: com/fasterxml/jackson/core/.*"
                            + " \\(expected: .*\\)");
        }
    }

    @Test
    void whereThereIsNoneItIsToldEachTime() throws Throwable {
        try (Application application = new Application(NONE)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> application.json(1))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("json: no Jackson found (expected: com.fasterxml.jackson.core:jackson-databind or"
                                + " tools.jackson.core:jackson-databind and what it depends on, on the class path, or required by"
                                + " a module; or a JsonWriter of your own)");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {JACKSON_2, JACKSON_3})
    void theMappersOwnReasonIsTold(String jars) throws Throwable {
        Map<String, Object> circle = new LinkedHashMap<>();
        circle.put("of", circle);
        try (Application application = new Application(jars)) {
            assertThatThrownBy(() -> application.json(circle))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "json: a java.util.LinkedHashMap (expected: a value the writer can write): Document nesting depth");
        }
    }
}
