package dev.freshet.event;

import java.util.ServiceConfigurationError;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The JSON writer of the mapper that the application has: Jackson 3, else Jackson 2. It is looked up when JSON is first
 * needed. Jackson 2 is a dependency of this library, so its presence does not show that the application uses it.
 * Jackson 3 is present only if the application has added it.
 */
final class DefaultJson {
    /**
     * An annotation of Jackson 3. An annotation is loaded without other classes, so the version is found even if other
     * classes are missing.
     */
    private static final String JACKSON_3 = "tools.jackson.databind.annotation.JsonSerialize";

    private static final String JACKSON_2 = "com.fasterxml.jackson.databind.annotation.JsonSerialize";
    private static final String ANNOTATIONS = "com.fasterxml.jackson.annotation.JsonProperty";

    /** The result of the look-up. Several threads may set it; all values are equivalent. */
    private static volatile @Nullable DefaultJson found;

    private final @Nullable JsonWriter writer;
    /** The mappers that are present and cannot be used, with the reasons; empty for none. */
    private final String unusable;

    private DefaultJson(@Nullable JsonWriter writer, String unusable) {
        this.writer = writer;
        this.unusable = unusable;
    }

    /**
     * Returns the writer.
     *
     * @throws IllegalStateException if there is no mapper that can be used
     */
    static JsonWriter writer() {
        DefaultJson json = found;
        if (json == null) {
            json = find();
            found = json;
        }
        if (json.writer != null) {
            return json.writer;
        }
        throw new IllegalStateException("json: "
                + (json.unusable.isEmpty() ? "no Jackson found" : "no usable Jackson found, but " + json.unusable)
                + " (expected: com.fasterxml.jackson.core:jackson-databind or tools.jackson.core:jackson-databind and what it"
                + " depends on, on the class path, or required by a module; or a JsonWriter of your own)");
    }

    private static DefaultJson find() {
        DefaultJson three = load(JACKSON_3, () -> Jackson3.writer());
        if (three.writer != null) {
            return three;
        }
        DefaultJson two = load(JACKSON_2, () -> Jackson2.writer());
        String between = three.unusable.isEmpty() || two.unusable.isEmpty() ? "" : ", and ";
        return new DefaultJson(two.writer, three.unusable + between + two.unusable);
    }

    private static DefaultJson load(String marker, Supplier<JsonWriter> code) {
        try {
            JsonWriter writer = code.get();
            writer.write(new EventId(0, 0)); // the first bean loads classes that a mapper needs
            return new DefaultJson(writer, "");
        } catch (Exception | LinkageError | ServiceConfigurationError e) {
            String version = version(marker);
            return new DefaultJson(
                    null,
                    version == null
                            ? ""
                            : "Jackson " + version + " with jackson-annotations " + version(ANNOTATIONS)
                                    + ", which fails with " + e);
        }
    }

    /** Returns the version of a class's package, or null if there is no such class. */
    private static @Nullable String version(String type) {
        try {
            Class<?> found = Class.forName(type, false, DefaultJson.class.getClassLoader());
            String version = found.getPackage().getImplementationVersion();
            return version == null ? "(version unknown)" : version;
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }
}
