package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The classes that ARCHITECTURE.md names. */
class ArchitecturePageTest {
    private static final String PACKAGE = "dev.freshet.netty.";
    /** A type in back-ticks, with members. */
    private static final Pattern NAMED = Pattern.compile("(?<=`)[A-Z]\\w+(\\.\\w+)*(?=`)");

    private static final Pattern WORD = Pattern.compile("\\w+");
    /** A public type, and the call that names it: with its owner, or one of the server's builder. */
    private static final Pattern PUBLIC = Pattern.compile("`([A-Z]\\w+)` \\(`(?:([A-Z][\\w.]+)\\.)?([a-z]\\w+)`\\)");

    private static final List<String> MODULES =
            List.of("sse-core", "sse-netty", "sse-examples", "src-test-fixtures", "src-test-fixtures/own");

    private static final int FEWEST = 100;
    /** Header fields, and a type of the JDK. */
    private static final Set<String> NOT_OURS = Set.of("Date", "Host", "Accept", "Flow.Publisher");

    private final String page = page();

    ArchitecturePageTest() throws IOException {}

    /** Returns the folder of the repository. */
    static Path root() {
        return TestNamesTest.sourceFolder("main")
                .resolve(Path.of("..", "..", "..", ".."))
                .normalize();
    }

    static String page() throws IOException {
        return Files.readString(root().resolve(Path.of(".github", "ARCHITECTURE.md")));
    }

    /** Returns the words of the modules' sources, by the names of their classes. */
    private static Map<String, Set<String>> sources() throws IOException {
        Map<String, Set<String>> sources = new HashMap<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(root().resolve(Path.of(module, "src")))) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(".java")) {
                        sources.computeIfAbsent(name.replace(".java", ""), first -> new HashSet<>())
                                .addAll(words(Files.readString(file)));
                    }
                }
            }
        }
        return sources;
    }

    private static Set<String> words(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    private static List<String> publicTypes() {
        return FamiliesTest.classes().stream()
                .filter(type -> FamiliesTest.isOurs(type) && type.isTopLevelClass())
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaClass::getSimpleName)
                .toList();
    }

    static boolean isInSignature(String type, Method call) {
        Pattern word = Pattern.compile(Pattern.quote(type) + "\\b");
        return Stream.of(
                        new Type[] {call.getGenericReturnType()},
                        call.getGenericParameterTypes(),
                        call.getGenericExceptionTypes())
                .flatMap(Arrays::stream)
                .anyMatch(part -> word.matcher(part.getTypeName()).find());
    }

    /** Returns whether the call has the type in its signature, or is a static one of the type itself. */
    private static boolean names(Method call, String type) {
        boolean isOwn = Modifier.isStatic(call.getModifiers())
                && call.getDeclaringClass().getName().equals(PACKAGE + type);
        return isOwn || isInSignature(PACKAGE + type, call);
    }

    private static String className(String named) {
        return named.replaceAll("\\..*", "");
    }

    private static String owner(@Nullable String listed) {
        return listed == null ? "SseServer.Builder" : listed;
    }

    /** Returns whether a method of the class, or of one that it extends, is that call and names the type. */
    private static boolean isNamedIn(String type, String owner, String call) {
        for (Class<?> declaring = type(owner); declaring != null; declaring = declaring.getSuperclass()) {
            if (Arrays.stream(declaring.getDeclaredMethods())
                    .filter(method -> method.getName().equals(call) && Modifier.isPublic(method.getModifiers()))
                    .anyMatch(method -> names(method, type))) {
                return true;
            }
        }
        return false;
    }

    private static Class<?> type(String owner) {
        try {
            return Class.forName(PACKAGE + owner.replace('.', '$'));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void eachClassThatIsNamedExistsWithItsMembers() throws IOException {
        Map<String, Set<String>> sources = sources();
        List<String> named =
                NAMED.matcher(page).results().map(MatchResult::group).toList();
        assertThat(named).hasSizeGreaterThan(FEWEST);
        assertThat(named)
                .filteredOn(name -> !NOT_OURS.contains(name))
                .filteredOn(
                        name -> !sources.getOrDefault(className(name), Set.of()).containsAll(words(name)))
                .isEmpty();
    }

    @Test
    void eachPublicTypeIsListed() {
        assertThat(PUBLIC.matcher(page).results().map(listed -> listed.group(1)))
                .containsExactlyInAnyOrderElementsOf(publicTypes());
    }

    @Test
    void eachPublicTypeIsNamedInTheCallThatIsListedForIt() {
        assertThat(PUBLIC.matcher(page).results())
                .filteredOn(listed -> !isNamedIn(listed.group(1), owner(listed.group(2)), listed.group(3)))
                .extracting(MatchResult::group)
                .isEmpty();
    }
}
