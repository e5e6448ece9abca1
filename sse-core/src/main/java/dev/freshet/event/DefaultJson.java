package dev.freshet.event;

import java.util.ServiceConfigurationError;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The writer of the mapper that the application has, looked for when JSON is first asked for: Jackson 3, else Jackson 2. Jackson 2
 * is what this library brings by default, and so tells nothing of the application; Jackson 3 is there because somebody chose it.
 */
final class DefaultJson {
    /** Annotations are loaded without another class, so that they tell their version whatever else is missing. */
    private static final String JACKSON_3 = "tools.jackson.databind.annotation.JsonSerialize";

    private static final String JACKSON_2 = "com.fasterxml.jackson.databind.annotation.JsonSerialize";
    private static final String ANNOTATIONS = "com.fasterxml.jackson.annotation.JsonProperty";

    /** Set once by each thread that finds it null; whose value stays makes no difference. */
    private static volatile @Nullable DefaultJson found;

    private final @Nullable JsonWriter writer;
    /** What is there and cannot be used, and why; empty where nothing is. */
    private final String unusable;

    private DefaultJson(@Nullable JsonWriter writer, String unusable) {
        this.writer = writer;
        this.unusable = unusable;
    }

    /**
     * Returns the writer.
     *
     * @throws IllegalStateException where there is none
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
        DefaultJson three = look(JACKSON_3, () -> Jackson3.writer());
        if (three.writer != null) {
            return three;
        }
        DefaultJson two = look(JACKSON_2, () -> Jackson2.writer());
        String between = three.unusable.isEmpty() || two.unusable.isEmpty() ? "" : ", and ";
        return new DefaultJson(two.writer, three.unusable + between + two.unusable);
    }

    private static DefaultJson look(String marker, Supplier<JsonWriter> code) {
        try {
            JsonWriter writer = code.get();
            writer.write(new EventId(0, 0)); // some of what it needs is loaded by the first bean only
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

    /** Null where there is no such class. */
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
