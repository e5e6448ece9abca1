package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.hub.SseHub;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The public types of all exported packages but {@code dev.freshet.netty}, as ARCHITECTURE.md lists them. It loads all
 * classes of the library, also those that need Netty 4.2.
 */
@Tag("netty-4.2")
class ArchitecturePagePackagesTest {
    private static final String LIBRARY = "dev.freshet.";
    private static final String PACKAGE = SseServer.class.getPackageName();

    private static final int APPLICATIONS = 2;
    private static final int TRANSPORTS = 3;
    private static final int LAYERS = 4;

    /** A package, and the types in each of the three columns. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.]+)` " + "\\|([^|\\n]*)".repeat(3) + "\\|$");

    private static final Pattern TYPE = Pattern.compile("(?<=`)[A-Z]\\w+(?=`)");
    private static final Pattern IMPORTED = Pattern.compile("(?m)^import (?:static )?(dev\\.freshet\\.[\\w.]+);");
    private static final Pattern DECLARED = Pattern.compile("(?m)^package ([\\w.]+);");
    /** A class that is not nested; neither a package's nor the module's description. */
    private static final Pattern TOP_LEVEL = Pattern.compile("^([\\w/]+)\\.class$");

    private final Path root = ArchitecturePageTest.root();
    private final String page = ArchitecturePageTest.page();
    private final Set<String> exported = exportedTypes();
    private final Collection<Import> transports =
            imports(root.resolve("sse-netty"), root.resolve(Path.of("sse-examples", "stacks", "tomcat10")));

    /** An import of a type of the library, or of a member of one, by a class of a package. */
    private record Import(String user, String name) {
        boolean isOf(String type) {
            return !user.equals(packageOf(type)) && (name.equals(type) || name.startsWith(type + "."));
        }
    }

    ArchitecturePagePackagesTest() throws Exception {}

    private static String packageOf(String type) {
        return type.substring(0, type.lastIndexOf('.'));
    }

    private static Class<?> load(String type) {
        try {
            return Class.forName(type, false, SseServer.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the public top-level types that the modules of the library export. */
    private static Set<String> exportedTypes() throws Exception {
        Set<String> types = new TreeSet<>();
        for (Class<?> one : List.of(SseHub.class, SseServer.class)) {
            Path classes = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            for (ModuleReference module : ModuleFinder.of(classes).findAll()) {
                Set<String> packages = module.descriptor().exports().stream()
                        .map(ModuleDescriptor.Exports::source)
                        .collect(Collectors.toSet());
                try (ModuleReader reader = module.open();
                        Stream<String> names = reader.list()) {
                    names.flatMap(name -> TOP_LEVEL.matcher(name).results())
                            .map(name -> name.group(1).replace('/', '.'))
                            .filter(type -> packages.contains(packageOf(type)))
                            .filter(type -> Modifier.isPublic(load(type).getModifiers()))
                            .forEach(types::add);
                }
            }
        }
        return types;
    }

    /** Returns what the sources of modules import of the library, without those of their tests. */
    private static Collection<Import> imports(Path... modules) throws IOException {
        List<Import> imports = new ArrayList<>();
        for (Path module : modules) {
            try (Stream<Path> files = Files.walk(module.resolve(Path.of("src", "main", "java")))) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    if (file.toString().endsWith(".java")) {
                        String source = Files.readString(file);
                        String user = DECLARED.matcher(source)
                                .results()
                                .map(declared -> declared.group(1))
                                .findFirst()
                                .orElse("");
                        IMPORTED.matcher(source)
                                .results()
                                .forEach(imported -> imports.add(new Import(user, imported.group(1))));
                    }
                }
            }
        }
        return imports;
    }

    /** Returns the example programs, and those in frameworks but the one that has the servlet adapter. */
    private Path[] applications() throws IOException {
        Path examples = root.resolve("sse-examples");
        try (Stream<Path> stacks = Files.list(examples.resolve("stacks"))) {
            return Stream.concat(Stream.of(examples), stacks)
                    .filter(module -> Files.isDirectory(module.resolve(Path.of("src", "main", "java"))))
                    .filter(module -> !module.endsWith("tomcat10"))
                    .toArray(Path[]::new);
        }
    }

    private static boolean isImported(String type, Collection<Import> imports) {
        return imports.stream().anyMatch(imported -> imported.isOf(type));
    }

    private List<String> listed(int column) {
        return ROW.matcher(page)
                .results()
                .flatMap(row -> TYPE.matcher(row.group(column))
                        .results()
                        .map(MatchResult::group)
                        .map(type -> LIBRARY + row.group(1) + "." + type))
                .toList();
    }

    private List<String> ofNetty() {
        return exported.stream().filter(type -> packageOf(type).equals(PACKAGE)).toList();
    }

    /** Returns whether a public method of other types, or of public types in them, has the type in its signature. */
    private static boolean isInSignature(String type, List<String> others) {
        return others.stream()
                .filter(other -> !other.equals(type))
                .map(ArchitecturePagePackagesTest::load)
                .flatMap(other -> Stream.concat(Stream.of(other), Arrays.stream(other.getClasses())))
                .flatMap(other -> Arrays.stream(other.getMethods()))
                .anyMatch(method -> ArchitecturePageTest.isInSignature(type, method));
    }

    /** Returns whether applications make it, or catch it. */
    private static boolean isMadeOrThrown(Class<?> type) {
        return Throwable.class.isAssignableFrom(type)
                || type.getConstructors().length > 0
                || Arrays.stream(type.getMethods()).anyMatch(method -> Modifier.isStatic(method.getModifiers()));
    }

    @Test
    void eachPublicTypeOfAnExportedPackageIsListed() {
        assertThat(IntStream.rangeClosed(APPLICATIONS, LAYERS).boxed().flatMap(column -> listed(column).stream()))
                .containsExactlyInAnyOrderElementsOf(exported.stream()
                        .filter(type -> !packageOf(type).equals(PACKAGE))
                        .toList());
    }

    @Test
    void aTypeForApplicationsIsMadeOrThrownOrInASignatureThatTheyCall() {
        List<String> api =
                Stream.concat(ofNetty().stream(), listed(APPLICATIONS).stream()).toList();
        assertThat(listed(APPLICATIONS))
                .filteredOn(type -> !isMadeOrThrown(load(type)) && !isInSignature(type, api))
                .isEmpty();
    }

    @Test
    void aTypeThatIsNotForApplicationsIsInNoneAndInNoSignatureOfTheServer() throws IOException {
        Collection<Import> applications = imports(applications());
        assertThat(applications).isNotEmpty();
        assertThat(Stream.concat(listed(TRANSPORTS).stream(), listed(LAYERS).stream()))
                .filteredOn(type -> isImported(type, applications) || isInSignature(type, ofNetty()))
                .isEmpty();
    }

    @Test
    void aTypeForTransportsIsImportedByOne() {
        assertThat(listed(TRANSPORTS))
                .filteredOn(type -> !isImported(type, transports))
                .isEmpty();
    }

    @Test
    void aTypeForAnotherLayerIsUsedByItAndByNoTransport() throws IOException {
        Collection<Import> core = imports(root.resolve("sse-core"));
        assertThat(listed(LAYERS))
                .filteredOn(type ->
                        isImported(type, transports) || !isImported(type, core) && !isInSignature(type, listed(LAYERS)))
                .isEmpty();
    }
}
