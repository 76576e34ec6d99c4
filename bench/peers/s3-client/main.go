// Copies a folder to an S3 bucket or back, 16 objects at a time, with AWS's own SDK: what bench/remotes.ts compares with.
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() {
	verb, bucket, prefix, folder := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	check(err)
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	var names []string
	if verb == "up" {
		entries, err := os.ReadDir(folder)
		check(err)
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
	} else {
		check(os.MkdirAll(folder, 0o755))
		pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: aws.String(prefix + "/")})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			check(err)
			for _, object := range page.Contents {
				names = append(names, filepath.Base(*object.Key))
			}
		}
	}
	uploader, downloader := manager.NewUploader(client), manager.NewDownloader(client)
	queue := make(chan string)
	var workers sync.WaitGroup
	for range 16 {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for name := range queue {
				key, path := prefix+"/"+name, filepath.Join(folder, name)
				if verb == "up" {
					file, err := os.Open(path)
					check(err)
					_, err = uploader.Upload(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: file})
					check(err)
					file.Close()
				} else {
					file, err := os.Create(path)
					check(err)
					_, err = downloader.Download(ctx, file, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
					check(err)
					check(file.Close())
				}
			}
		}()
	}
	for _, name := range names {
		queue <- name
	}
	close(queue)
	workers.Wait()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
