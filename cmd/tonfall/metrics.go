package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tonfall/profile"
	"tonfall/store"
)

// metrics counts what an operator watches. No label ever names a customer.
type metrics struct {
	registry *prometheus.Registry
	jobs     *prometheus.CounterVec
	posts    *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tonfall_jobs_total", Help: "Jobs done, by kind and by how they ended: ok, or the kind of error.",
		}, []string{"kind", "outcome"}),
		posts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tonfall_posts_total", Help: "Posts that imports found, by what became of them: new, edited, gone, scored.",
		}, []string{"change"}),
	}
	m.registry.MustRegister(m.jobs, m.posts, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// job counts one that has ended.
func (m *metrics) job(j store.Job, err error) {
	outcome := "ok"
	if err != nil {
		outcome = string(profile.KindOf(err))
	}
	m.jobs.WithLabelValues(j.Kind, outcome).Inc()
}

// synced counts what one import found.
func (m *metrics) synced(s synced) {
	for change, n := range map[string]int{"new": s.report.New, "edited": s.report.Edited, "gone": s.report.Gone, "scored": s.report.Scored} {
		m.posts.WithLabelValues(change).Add(float64(n))
	}
}
