package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.freshet.harness.UsesGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The families of the package, as {@code package-info} draws them, and the circles of the module's packages. */
class FamiliesTest {
    /** Each knows itself and what is listed behind it. */
    static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("Server", List.of("Request", "Response", "Reply", "Stream", "Http2", "Incoming")),
            Map.entry("Request", List.of("Response", "Reply", "Hub", "Publisher", "Stream", "Http2", "Incoming")),
            Map.entry("Response", List.of("Reply", "Stream", "Incoming")),
            Map.entry("Generation", List.of("Reply")),
            Map.entry("Reply", List.of("Hub", "Publisher", "Stream")),
            Map.entry("Hub", List.of("Stream")),
            Map.entry("Publisher", List.of("Stream")),
            Map.entry("Stream", List.of("Http2")),
            Map.entry("Http2", List.of()),
            Map.entry("Incoming", List.of()),
            Map.entry("leaf", List.of()));

    /** Types that applications name, and what is known by another first word. */
    private static final Map<String, String> MEMBERS = Map.ofEntries(
            Map.entry("SseServer", "Server"),
            Map.entry("SseHandler", "Server"),
            Map.entry("HandlerOptions", "Server"),
            Map.entry("EndpointOptions", "Request"),
            Map.entry("AccessScope", "Request"),
            Map.entry("ProxyHeader", "Request"),
            Map.entry("RequestTarget", "leaf"), // of an SseRequest, which listeners are told of
            Map.entry("RequestRoutePath", "leaf"), // of an SseRequest that a test builds
            Map.entry("SseReply", "Reply"),
            Map.entry("HttpAnswer", "Reply"),
            Map.entry("SseEndpoint", "Reply"),
            Map.entry("BlockingEndpoint", "Reply"),
            Map.entry("CorsPolicy", "Reply"), // answers a preflight by an SseRequest
            Map.entry("SseGeneration", "Generation"),
            Map.entry("SseConnections", "Stream"),
            Map.entry("StreamOpening", "leaf"));

    private static final String PACKAGE = "dev.freshet.netty";

    private final Map<String, Set<String>> uses = uses(PACKAGE);

    /** Returns the top-level types of a package, with those of the same package that each uses. */
    private static Map<String, Set<String>> uses(String packageName) {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass user : classes()) {
            if (user.getPackageName().equals(packageName)) {
                Set<String> used = uses.computeIfAbsent(topLevel(user), name -> new TreeSet<>());
                user.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                        .filter(target -> target.getPackageName().equals(packageName))
                        .map(FamiliesTest::topLevel)
                        .filter(name -> !name.equals(topLevel(user)))
                        .forEach(used::add);
            }
        }
        return uses;
    }

    /** Returns the classes of the library, without those of the tests. */
    static JavaClasses classes() {
        String library = SseServer.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(location -> location.contains(library)) // the tests may be in a jar, too
                .importPackages(PACKAGE);
        assertThat(classes).isNotEmpty();
        return classes;
    }

    static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(PACKAGE);
    }

    private static String topLevel(JavaClass type) {
        return type.getName().substring(type.getPackageName().length() + 1).replaceAll("\\$.*", "");
    }

    private static String family(String type) {
        String named = MEMBERS.get(type);
        return named != null
                ? named
                : ARROWS.keySet().stream()
                        .filter(family -> type.startsWith(family) && !type.equals(family))
                        .findFirst()
                        .orElse("leaf");
    }

    @Test
    void aFamilyKnowsOnlyThoseBelowIt() {
        List<String> wrong = new ArrayList<>();
        uses.forEach((user, all) -> all.forEach(used -> {
            String from = family(user);
            String to = family(used);
            if (!from.equals(to) && !to.equals("leaf") && !ARROWS.get(from).contains(to)) {
                wrong.add(user + " (" + from + ") -> " + used + " (" + to + ")");
            }
        }));
        assertThat(wrong).isEmpty();
    }

    @Test
    void theArrowsBetweenFamiliesHaveNoCircle() {
        ARROWS.forEach((family, below) ->
                assertThat(new UsesGraph(ARROWS).reachable(family)).doesNotContain(family));
    }

    @Test
    void everyFamilyHasMembers() {
        assertThat(uses.keySet().stream().map(FamiliesTest::family)).containsAll(ARROWS.keySet());
    }

    @ParameterizedTest
    @CsvSource({"dev.freshet.netty, 7", "dev.freshet.netty.metrics, 1", "dev.freshet.netty.redis, 2"})
    void noCircleOfAPackageIsLargerThanThat(String name, int largest) {
        Map<String, Set<String>> types = uses(name);
        assertThat(types).isNotEmpty();
        assertThat(types.keySet().stream().map(new UsesGraph(types)::circle))
                .allSatisfy(circle -> assertThat(circle).hasSizeLessThanOrEqualTo(largest));
    }
}
