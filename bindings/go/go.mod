module recoup.dev/go/recoup

go 1.19
