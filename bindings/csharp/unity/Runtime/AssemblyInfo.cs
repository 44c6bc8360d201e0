using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Scenario")]
[assembly: InternalsVisibleTo("Tests")]
[assembly: InternalsVisibleTo("Bench")]
