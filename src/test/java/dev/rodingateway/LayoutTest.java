package dev.rodingateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dependencies that are allowed between packages. */
class LayoutTest {

    private static final String ROOT = "dev.rodingateway";

    private static final List<String> PACKAGES = List.of(
            "api",
            "api.body",
            "api.connection",
            "api.edge",
            "api.events",
            "api.log",
            "api.page",
            "api.response",
            "rodin",
            "rodin.answer",
            "rodin.breaker",
            "rodin.budget",
            "rodin.connection",
            "rodin.http",
            "rodin.token",
            "settings",
            "shared",
            "shared.budget",
            "shared.checks",
            "shared.codec",
            "shared.redis",
            "shared.script",
            "status",
            "status.cache",
            "status.check",
            "status.freshness",
            "status.watch",
            "task",
            "telemetry");

    private static final int MAX_FILES_IN_A_PACKAGE = 15;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    private static final JavaClasses SIMULATOR = new ClassFileImporter().importPackages(ROOT + ".simulator");

    @Test
    void everyPackageIsOnTheList() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
                .as("a new package is a decision: add it to docs/architecture.md and its rule here")
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Stream.of(ROOT), PACKAGES.stream().map(LayoutTest::named))
                                .toList());
    }

    @Test
    void packagesHaveAMaximumSize() {
        assertThat(CLASSES.stream()
                        .filter(JavaClass::isTopLevelClass)
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting())))
                .as("a newcomer should be able to guess the package from the behaviour")
                .allSatisfy((name, files) -> assertThat(files).as(name).isLessThanOrEqualTo(MAX_FILES_IN_A_PACKAGE));
    }

    @Test
    void taskUsesNoOtherPackageAndNoFramework() {
        classes()
                .that()
                .resideInAPackage(named("task"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(named("task"), "java..", "org.jspecify..")
                .because("the vocabulary must not depend on a framework")
                .check(CLASSES);
    }

    @Test
    void settingsUseNoOtherPackage() {
        usesOnly("settings", List.of());
    }

    @Test
    void telemetryUsesNoOtherPackage() {
        usesOnly("telemetry", List.of());
    }

    @Test
    void rodinUsesOnlyTaskAndSettings() {
        usesOnly("rodin", List.of("task", "settings"));
    }

    @Test
    void statusUsesRodin() {
        usesOnly("status", List.of("rodin", "task", "settings"));
    }

    @Test
    void sharedUsesStatusAndRodin() {
        usesOnly("shared", List.of("status", "rodin", "task", "settings", "telemetry"));
    }

    @Test
    void nothingUsesShared() {
        noClasses()
                .that()
                .resideOutsideOfPackage(named("shared") + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(named("shared") + "..")
                .because("the gateway is the same without a shared store: it implements interfaces of status and rodin")
                .check(CLASSES);
    }

    @Test
    void apiUsesStatusAndNeverRodin() {
        usesOnly("api", List.of("status", "task", "settings", "telemetry"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "rodin", "shared", "status"})
    void subpackagesArePrivateToTheirParent(String parent) {
        noClasses()
                .that()
                .resideOutsideOfPackage(named(parent) + "..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "reside in a sub-package of " + parent,
                        type -> type.getPackageName().startsWith(named(parent) + ".")))
                .because("only the public classes of the parent package are meant for others")
                .check(CLASSES);
    }

    @Test
    void rodinHasOneEntryPoint() {
        Set<String> api = Set.of(
                "RodinClient",
                "RequestClass",
                "CheckResult",
                "RateLimiter",
                "Deadline",
                "RodinConfig",
                "UpstreamConfig");
        noClasses()
                .that()
                .resideOutsideOfPackage(named("rodin") + "..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are internals of rodin",
                        type -> type.getPackageName().equals(named("rodin")) && !api.contains(type.getSimpleName())))
                .because("Rodin's words and the token must not leave the package")
                .check(CLASSES);
    }

    @Test
    void simulatorAndGatewayDoNotUseEachOther() {
        noClasses()
                .that()
                .resideInAPackage(named("simulator"))
                .and()
                .haveNameNotMatching(".*Test(\\$.*)?")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "belong to the gateway",
                        type -> type.getPackageName().startsWith(ROOT)
                                && !type.getPackageName().equals(named("simulator"))))
                .because("the simulator is shipped as a jar of its own")
                .check(SIMULATOR);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage(named("simulator"))
                .because("production builds are made without it")
                .check(CLASSES);
    }

    @Test
    void onlyTheFilterReadsTheToken() {
        noClasses()
                .that()
                .doNotHaveSimpleName("BearerTokenFilter")
                .and()
                .doNotHaveSimpleName("BearerToken")
                .should()
                .callMethod(named("rodin.token") + ".BearerToken", "authorization")
                .orShould()
                .callMethod(named("rodin.token") + ".BearerToken", "value")
                .because("code that does not hold the token cannot leak it")
                .check(CLASSES);
    }

    @Test
    void onlyMainWritesToStandardStreams() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + ".Main")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("everything else goes through the log")
                .check(CLASSES);
    }

    private static void usesOnly(String name, List<String> others) {
        String[] allowed = Stream.concat(Stream.of(name), others.stream())
                .map(LayoutTest::named)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(named(name) + "..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "belong to a package other than " + name + " and " + others,
                        type -> type.getPackageName().startsWith(ROOT)
                                && Arrays.stream(allowed)
                                        .noneMatch(one -> type.getPackageName().equals(one)
                                                || type.getPackageName().startsWith(one + "."))))
                .because("imports go one way: api, status, rodin; all may use task and settings")
                .check(CLASSES);
    }

    private static String named(String name) {
        return ROOT + "." + name;
    }
}
